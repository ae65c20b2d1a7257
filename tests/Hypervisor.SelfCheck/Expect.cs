using System.Numerics;
using System.Runtime.CompilerServices;
using PortableVirt.Kernel;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Expectations of the self-checks.</summary>
internal static class Expect
{
    public static void True(bool condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!condition)
        {
            throw new CheckFailedException($"not so: {what}");
        }
    }

    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "")
        where T : struct, INumber<T>, IFormattable
    {
        if (expected != actual)
        {
            throw new CheckFailedException($"{what} is 0x{actual.ToString("x", null)}, expected 0x{expected.ToString("x", null)}");
        }
    }

    public static void Kind(GuestExitKind kind, in GuestExit exit, GuestCpu cpu)
    {
        if (exit.Kind != kind)
        {
            throw new CheckFailedException($"exit is {exit}, expected {kind}; RIP 0x{cpu.Registers.Rip:x} {cpu.InternalErrorText}");
        }
    }

    public static void Exception(byte vector, in GuestExit exit, GuestCpu cpu)
    {
        Kind(GuestExitKind.Exception, exit, cpu);
        if (exit.Vector != vector)
        {
            throw new CheckFailedException($"exit is {exit}, expected vector {vector}; RIP 0x{cpu.Registers.Rip:x}");
        }
    }

    public static void Syscall(in GuestExit exit, GuestCpu cpu, SyscallGate gate = SyscallGate.Syscall)
    {
        Kind(GuestExitKind.Syscall, exit, cpu);
        if (exit.Gate != gate)
        {
            throw new CheckFailedException($"exit is {exit}, expected gate {gate}");
        }
    }
}
