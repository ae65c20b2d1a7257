namespace PortableVirt.VirtualLayer.Unseen;

/// <summary>One rule of a policy.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Action">What happens.</param>
/// <param name="Pattern">Which names, without case: '*' stands for any characters.</param>
public sealed record UnseenRule(UnseenKind Kind, UnseenAction Action, string Pattern)
{
    /// <summary>The pattern that fits every name.</summary>
    public const string Any = "*";

    /// <summary>True for a name that the pattern fits. Time is at most the product of both lengths.</summary>
    public bool Fits(string name)
    {
        int text = 0;
        int at = 0;
        int star = -1;
        int resume = 0;
        while (text < name.Length)
        {
            if (at < Pattern.Length && Pattern[at] == '*')
            {
                star = at++;
                resume = text;
            }
            else if (at < Pattern.Length && char.ToLowerInvariant(Pattern[at]) == char.ToLowerInvariant(name[text]))
            {
                at++;
                text++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                text = ++resume;
            }
            else
            {
                return false;
            }
        }
        return Pattern.AsSpan(at).IndexOfAnyExcept('*') < 0;
    }
}
