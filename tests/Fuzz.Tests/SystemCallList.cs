using System.Globalization;
using System.Reflection;
using System.Text;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Fuzz.Tests;

/// <summary>Every declared call with the kinds and names of its parameters, as tests/Fuzz/system_calls.c reads them.</summary>
internal static class SystemCallList
{
    private const int GateTableStart = 0x2000;
    private const BindingFlags AllStatic = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The lines of calls.txt.</summary>
    public static string Write()
    {
        StringBuilder text = new();
        Dictionary<(string Module, string Name), string> gates = [];
        foreach (MethodInfo method in typeof(SyscallTable).Assembly.GetTypes().SelectMany(type => type.GetMethods(AllStatic)))
        {
            foreach (NtSyscallAttribute call in method.GetCustomAttributes<NtSyscallAttribute>())
            {
                text.Append(CultureInfo.InvariantCulture, $"- {call.Name}{Parameters(method)}\n");
            }
            if (method.GetCustomAttribute<GateExportAttribute>() is { } gate)
            {
                gates.Add((gate.Module, gate.Name), Parameters(method));
            }
        }
        for (int i = 0; i < GateTable.Entries.Count; i++)
        {
            GateEntry gate = GateTable.Entries[i];
            text.Append(CultureInfo.InvariantCulture, $"{GateTableStart + i:x} {gate.Call.Name}{gates[(gate.Module, gate.Call.Name)]}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"{SharedUserData.UnixCallNumber:x} unix-call q:module d:code p:arguments\n");
        return text.ToString();
    }

    private static string Parameters(MethodInfo method) =>
        string.Concat(method.GetParameters().Skip(1).Select(parameter => $" {Kind(parameter.ParameterType)}:{parameter.Name}"));

    private static char Kind(Type type)
    {
        Type plain = type.IsEnum ? Enum.GetUnderlyingType(type) : type;
        return plain == typeof(Handle) ? 'h'
            : plain == typeof(GuestPointer) ? 'p'
            : plain == typeof(ulong) || plain == typeof(long) ? 'q'
            : plain == typeof(ushort) ? 'w'
            : plain == typeof(bool) || plain == typeof(byte) ? 'b'
            : 'd';
    }
}
