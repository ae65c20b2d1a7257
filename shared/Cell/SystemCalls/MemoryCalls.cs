using static PortableVirt.Cell.SystemCalls.SystemCall;
using static PortableVirt.Cell.SystemCalls.SystemCallRule;

namespace PortableVirt.Cell.SystemCalls;

/// <summary>System calls on memory.</summary>
internal static class MemoryCalls
{
    private const ulong Write = 2;
    private const ulong Execute = 4;
    private const ulong Anonymous = 0x20;

    public static IEnumerable<SystemCallRule> List(CellProfile profile, ulong processId)
    {
        yield return Always(Munmap, "memory of the VM, heap");
        yield return Always(Mremap, "realloc of the C library");
        yield return Always(Brk, "heap of the C library");
        yield return Always(Madvise, "frames given back, huge pages, revoked translations");
        yield return Always(Mincore, "which frames the host backs");
        yield return Always(MemfdCreate, "DLLs made at run time, sections without a file");
        yield return Always(Membarrier, "garbage collector of .NET; pauses");
        yield return When(ProcessVmReadv, "own memory that may be gone", ArgumentCheck.OneOf(0, processId));
        yield return When(ProcessVmWritev, "own memory that may be gone", ArgumentCheck.OneOf(0, processId));
        if (profile.MakesCode)
        {
            yield return Always(Mmap, "memory of the VM, files, code of the .NET runtime");
            yield return Always(Mprotect, "memory of the VM, code of the .NET runtime");
            yield break;
        }
        // Libraries that are loaded late (OpenSSL) are files; nothing that was ever writable becomes code.
        yield return new SystemCallRule(
            Mmap, "memory of the VM, files; libraries are files",
            [[ArgumentCheck.Without(2, Execute)], [ArgumentCheck.Without(2, Write), ArgumentCheck.Without(3, Anonymous)]],
            CallAnswer.Fail(ErrorNumber.NotPermitted));
        yield return When(Mprotect, "memory of the VM", ArgumentCheck.Without(2, Execute));
    }
}
