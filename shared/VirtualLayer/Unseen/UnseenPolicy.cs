namespace PortableVirt.VirtualLayer.Unseen;

/// <summary>What happens when a program needs what its package's list does not hold. Immutable.</summary>
/// <param name="Rules">The rules; the last one that fits counts.</param>
/// <param name="StrictCode">True: a frame that is mapped twice is written through both views or executed through both.</param>
public sealed record UnseenPolicy(IReadOnlyList<UnseenRule> Rules, bool StrictCode)
{
    /// <summary>
    /// What every package starts from: what is in the package is given, what is not is denied. Functions of DLLs that are in the package are in it; to
    /// hear of their look-ups costs a system call each, so that nobody does unless a rule asks for it.
    /// </summary>
    public static readonly UnseenPolicy Default = new(
        [
            new(UnseenKind.Library, UnseenAction.Deny, UnseenRule.Any),
            new(UnseenKind.File, UnseenAction.Deny, UnseenRule.Any),
            new(UnseenKind.Function, UnseenAction.Allow, UnseenRule.Any),
            new(UnseenKind.SystemCall, UnseenAction.Report, UnseenRule.Any),
            new(UnseenKind.Page, UnseenAction.Deny, UnseenRule.Any),
            new(UnseenKind.Gate, UnseenAction.Report, UnseenRule.Any),
        ],
        false);

    /// <summary>What happens with a name.</summary>
    public UnseenAction For(UnseenKind kind, string name)
    {
        for (int i = Rules.Count - 1; i >= 0; i--)
        {
            if (Rules[i].Kind == kind && Rules[i].Fits(name))
            {
                return Rules[i].Action;
            }
        }
        return UnseenAction.Deny;
    }

    /// <summary>True when every name of a kind is allowed, so that nobody need ask.</summary>
    public bool AllowsAll(UnseenKind kind)
    {
        int last = -1;
        for (int i = 0; i < Rules.Count; i++)
        {
            last = Rules[i].Kind == kind && Rules[i].Pattern == UnseenRule.Any ? i : last;
        }
        return last >= 0 && Rules.Skip(last).All(rule => rule.Kind != kind || rule.Action == UnseenAction.Allow);
    }
}
