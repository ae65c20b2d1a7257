namespace PortableVirt.Cell.SystemCalls;

/// <summary>A system call of the list.</summary>
/// <param name="Call">The call.</param>
/// <param name="Why">Who needs it, for readers of the list.</param>
/// <param name="Ways">It is allowed when all checks of one of these hold; without any, always.</param>
/// <param name="Otherwise">The answer when none holds.</param>
internal sealed record SystemCallRule(SystemCall Call, string Why, ArgumentCheck[][] Ways, CallAnswer Otherwise)
{
    /// <summary>A call that is allowed whatever its arguments.</summary>
    public static SystemCallRule Always(SystemCall call, string why) => new(call, why, [], CallAnswer.Kill);

    /// <summary>A call that is never made and fails in a way that its caller lives with.</summary>
    public static SystemCallRule Never(SystemCall call, string why, int errno) => new(call, why, [[ArgumentCheck.Impossible]], CallAnswer.Fail(errno));

    /// <summary>A call that is allowed when all checks hold, and fails with EPERM otherwise.</summary>
    public static SystemCallRule When(SystemCall call, string why, params ArgumentCheck[] checks) => new(call, why, [checks], CallAnswer.Fail(ErrorNumber.NotPermitted));
}
