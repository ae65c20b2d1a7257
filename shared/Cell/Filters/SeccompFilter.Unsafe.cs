using System.Runtime.InteropServices;
using PortableVirt.Cell.Native;

namespace PortableVirt.Cell.Filters;

/// <summary>Gives the kernel a filter of system calls (seccomp(2)).</summary>
internal static unsafe class SeccompFilter
{
    private const int SetModeFilter = 1;

    /// <summary>SECCOMP_FILTER_FLAG_TSYNC: all threads of the process at once.</summary>
    private const int AllThreads = 1;

    /// <summary>Puts every thread of this process under the filter, for good. The calling thread must have no_new_privs.</summary>
    /// <exception cref="CellException">The kernel refuses.</exception>
    public static void Install(FilterInstruction[] filter)
    {
        fixed (FilterInstruction* code = filter)
        {
            // struct sock_fprog: 2 bytes of length, padding, the address.
            nint* program = stackalloc nint[2];
            program[0] = filter.Length;
            program[1] = (nint)code;
            nint answer = NativeCell.Call(NativeCell.SysSeccomp, SetModeFilter, AllThreads, (nint)program, 0);
            if (answer != 0)
            {
                throw new CellException(answer > 0
                    ? $"seccomp: thread {answer} has another filter"
                    : $"seccomp: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }
}
