using System.Buffers.Binary;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Gates.Shell;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// The functions that we make ourselves because the system library source lacks them: whole DLLs, and exports of DLLs that it has. Every one is a
/// gate: mov r10,rcx; mov eax,number; syscall; ret, where the number is the index in <see cref="GateTable"/> in system-call table 2.
/// </summary>
public static class GateModules
{
    /// <summary>Number of the first gate: table 2 (bits 12-13 of EAX), index 0.</summary>
    public const uint FirstNumber = 0x2000;

    /// <summary>Base of the first module; the others follow at <see cref="BaseStep"/>. Above libwine's DLLs, so that they stay where they are.</summary>
    private const ulong FirstBase = 0x3_f000_0000;
    private const ulong BaseStep = 0x100_0000;
    private const ulong Version = (10ul << 48) | (19045ul << 16);

    /// <summary>Lower-case file names of the modules, in the order of their bases.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. GateTable.Entries.Select(gate => gate.Module.ToLowerInvariant()).Distinct()];

    /// <summary>Builds all modules: lower-case file name and the file's bytes.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Build() => Names.ToDictionary(name => name, Build, StringComparer.Ordinal);

    /// <summary>The bytes of one of <see cref="Names"/>.</summary>
    public static ReadOnlyMemory<byte> Build(string name)
    {
        PeBuilder builder = new(name, FirstBase + ((ulong)Names.ToList().IndexOf(name) * BaseStep))
        {
            Version = new PeVersionText(Version, "PortableVirt system library", name),
        };
        for (int index = 0; index < GateTable.Entries.Count; index++)
        {
            GateEntry gate = GateTable.Entries[index];
            if (gate.Module.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                builder.AddFunction(gate.Call.Name, Stub(FirstNumber + (uint)index));
            }
        }
        if (name == ShellLibrary.FileName)
        {
            ShellLibrary.AddTo(builder, export => Stub(FirstNumber + (uint)IndexOf(name, export)));
        }
        return builder.Build();
    }

    /// <summary>True for the lower-case names of the DLLs for which <see cref="Extensions"/> may have something.</summary>
    public static bool HasExtension(string name)
    {
        if (name == "ntdll.dll")
        {
            return true;
        }
        foreach (GateEntry gate in GateTable.Entries)
        {
            if (gate.Module.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return ForwardedExports.Extends(name);
    }

    /// <summary>
    /// What DLLs of the system library get in addition: gates, forwarders, and in ntdll stubs for the declared system calls that its own version
    /// lacks. Those calls get the numbers of table 2 behind the gates.
    /// </summary>
    /// <param name="ntdll">The ntdll.dll in use.</param>
    /// <param name="calls">Learns the new numbers; null where nothing will run.</param>
    /// <param name="watchesLookups">True to hear of functions that are looked up at run time.</param>
    public static IReadOnlyDictionary<string, ModuleExtension> Extensions(PeImage ntdll, SyscallDispatcher? calls, bool watchesLookups = false)
    {
        Dictionary<string, ModuleExtension> result = new(StringComparer.Ordinal);
        ModuleExtension Of(string module)
        {
            if (!result.TryGetValue(module, out ModuleExtension? found))
            {
                result[module] = found = new ModuleExtension();
            }
            return found;
        }
        uint next = FirstNumber;
        foreach (GateEntry gate in GateTable.Entries)
        {
            ModuleExtension extension = Of(gate.Module.ToLowerInvariant());
            if (SocketOptionFilter.Applies(gate.Module, gate.Call.Name))
            {
                extension.Filters[gate.Call.Name] = SocketOptionFilter.Code(next);
            }
            if (SymbolicLinkFilter.Applies(gate.Module, gate.Call.Name))
            {
                extension.Filters[gate.Call.Name] = SymbolicLinkFilter.Code(next);
            }
            if (ReparsePointFilter.Applies(gate.Module, gate.Call.Name))
            {
                extension.Filters[gate.Call.Name] = ReparsePointFilter.Code(next);
            }
            if (ForwardedExports.Replaced.Contains((gate.Module, gate.Call.Name)))
            {
                extension.Filters[gate.Call.Name] = Stub(next);
            }
            extension.Functions[gate.Call.Name] = Stub(next++);
        }
        foreach (SyscallEntry entry in SyscallTable.Entries)
        {
            if (entry.Name.StartsWith("Nt", StringComparison.Ordinal) && !entry.Name.StartsWith("NtUser", StringComparison.Ordinal)
                && !entry.Name.StartsWith("NtGdi", StringComparison.Ordinal) && !ntdll.Exports.TryFindName(entry.Name, out _))
            {
                calls?.Define((int)next, entry);
                ModuleExtension extension = Of("ntdll.dll");
                extension.Functions[entry.Name] = extension.Functions["Zw" + entry.Name[2..]] = Stub(next++);
            }
        }
        if (watchesLookups)
        {
            calls?.Define(FunctionLookup.Number, FunctionLookup.Entry);
            Of("ntdll.dll").Filters[FunctionLookup.Function] = FunctionLookup.Code();
        }
        foreach ((string module, string name, string target) in ForwardedExports.All)
        {
            Of(module).Forwarders[name] = target;
        }
        foreach ((string module, string name, byte[] beginning, string target) in ForwardedExports.Thunks)
        {
            Of(module).Thunks[name] = (beginning, target);
        }
        foreach ((string module, string name, byte[] beginning) in ForwardedExports.Filters)
        {
            Of(module).Filters[name] = beginning;
        }
        return result;
    }

    /// <summary>Names of the exports that <see cref="Extensions"/> adds, by the DLL's lower-case name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> AddedExports(PeImage ntdll) => Extensions(ntdll, null).ToDictionary(
        e => e.Key,
        e => (IReadOnlySet<string>)e.Value.Functions.Keys.Concat(e.Value.Forwarders.Keys).Concat(e.Value.Thunks.Keys).ToHashSet(StringComparer.Ordinal),
        StringComparer.Ordinal);

    private static int IndexOf(string module, string export)
    {
        int index = 0;
        while (GateTable.Entries[index].Module != module || GateTable.Entries[index].Call.Name != export)
        {
            index++;
        }
        return index;
    }

    /// <summary>The code of a gate.</summary>
    private static byte[] Stub(uint number)
    {
        byte[] code = [0x4c, 0x8b, 0xd1, 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0xc3];
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(4), number);
        return code;
    }
}
