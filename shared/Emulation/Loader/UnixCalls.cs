using PortableVirt.Emulation.Cryptography;
using PortableVirt.Emulation.Cryptography.Tls;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sockets;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// The unix calls of libwine's DLLs: each DLL gets a handle for its unix side (NtQueryVirtualMemory class 1000; ours is the DLL's
/// base address) and calls function numbers of it. Codes and arguments: measured on libwine 8.0.
/// </summary>
internal static class UnixCalls
{
    /// <summary>The entry of table 3: R10 = unix-side handle, EDX = code, R8 = argument block.</summary>
    public static readonly SyscallEntry Entry = new("unix call", 3, Support.Partial, "see docs/compatibility.md", Handle, Format);

    private static ulong Handle(NtThread t)
    {
        ulong handle = t.GetRegisterArgument(0);
        uint code = (uint)t.GetRegisterArgument(1);
        GuestPointer arguments = new(t.GetRegisterArgument(2));
        string module = t.Process.Modules.Find(handle)?.Name ?? "";
        return Call(t, module.ToLowerInvariant(), code, arguments).Value;
    }

    private static string Format(NtThread t) =>
        $"module={t.Process.Modules.Find(t.GetRegisterArgument(0))?.Name}, code={(uint)t.GetRegisterArgument(1)}, arguments=0x{t.GetRegisterArgument(2):x}";

    private static NtStatus Call(NtThread t, string module, uint code, GuestPointer arguments)
    {
        switch (module, code)
        {
            // load_so_dll: no Unix libraries here. The loader goes on as with any broken file.
            case ("ntdll.dll", 0):
                return NtStatus.InvalidImageFormat;
            // unwind_builtin_dll: the caller takes the frame for a leaf function's.
            case ("ntdll.dll", 1):
                return NtStatus.Unsuccessful;
            // system_time_precise
            case ("ntdll.dll", 2):
                return t.Memory.TryWrite(arguments, t.Executive.Clock.SystemTime) ? NtStatus.Success : NtStatus.AccessViolation;
            // process attach
            case ("winspool.drv", 0):
                return NtStatus.Success;
            case ("crypt32.dll", _):
                return CertificateCalls.Call(t, code, arguments);
            case ("secur32.dll", _):
                return ChannelCalls.Call(t, code, arguments);
            case ("bcrypt.dll", _):
                return BcryptCalls.Call(t, code, arguments);
            case ("dnsapi.dll", _):
                return DnsCalls.Call(t, code, arguments);
            case ("ws2_32.dll", _):
                return NameCalls.Call(t, code, arguments);
            // What the DLL returns as SQLRETURN, 16 bits of it: SQL_ERROR.
            case ("odbc32.dll", > 1):
                t.Executive.Report.Unimplemented(t, "of the unix side of odbc32.dll");
                return new NtStatus(uint.MaxValue);
            default:
                return NtStatus.NotSupported;
        }
    }
}
