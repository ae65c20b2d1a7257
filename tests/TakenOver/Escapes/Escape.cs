namespace PortableVirt.TakenOver.Escapes;

/// <summary>One way out of the cell.</summary>
/// <param name="Name">As the test names it.</param>
/// <param name="EndsProcess">True: the attempt must end the process by SIGSYS; false: it must fail with an error.</param>
/// <param name="Attempt">Tries it: 0 or more means that it worked, below is a negative errno value.</param>
/// <param name="NeedsDaemon">True: only the cell of a VM-app under the daemon holds it.</param>
internal sealed record Escape(string Name, bool EndsProcess, Func<Target, long> Attempt, bool NeedsDaemon = false)
{
    /// <summary>"ESCAPED n" or "DENIED errno".</summary>
    public string Try(Target target)
    {
        long result = Attempt(target);
        return result >= 0 ? $"ESCAPED {result}" : $"DENIED {-result}";
    }
}
