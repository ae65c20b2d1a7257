using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>PS_ATTRIBUTE_LIST of NtCreateUserProcess: what goes in, and where results are wanted. Attribute numbers: ntpsapi / Wine 8.0 winternl.h.</summary>
internal sealed class ProcessAttributes
{
    private const int MaximumAttributes = 64;
    private const int MaximumHandles = 4096;
    private const uint ParentProcess = 0x60000;
    private const uint DebugPortAttribute = 0x60001;
    private const uint Token = 0x60002;
    private const uint ClientId = 0x10003;
    private const uint TebAddress = 0x10004;
    private const uint ImageNameAttribute = 0x20005;
    private const uint ImageInformation = 0x00006;
    private const uint HandleList = 0x2000b;
    private const uint JobList = 0x2000d;

    private (GuestPointer Address, ulong Size) _clientId;
    private (GuestPointer Address, ulong Size) _teb;
    private (GuestPointer Address, ulong Size) _image;

    /// <summary>NT path of the program, or null.</summary>
    public string? ImageName { get; private set; }

    /// <summary>Handle of the parent to take the place of the caller, or null.</summary>
    public Handle? Parent { get; private set; }

    /// <summary>Handle of the debug object that gets the process's events, or null.</summary>
    public Handle? DebugPort { get; private set; }

    /// <summary>The only handles to inherit, or null for all inheritable ones.</summary>
    public IReadOnlySet<ulong>? Handles { get; private set; }

    /// <summary>Jobs that the process joins.</summary>
    public IReadOnlyList<Handle> Jobs { get; private set; } = [];

    /// <summary>Reads the list; STATUS_ACCESS_VIOLATION or STATUS_INVALID_PARAMETER.</summary>
    public static NtStatus Read(NtThread t, GuestPointer list, out ProcessAttributes attributes)
    {
        attributes = new ProcessAttributes();
        if (list.IsNull)
        {
            return NtStatus.Success;
        }
        if (!t.Memory.TryRead(list, out ulong totalLength))
        {
            return NtStatus.AccessViolation;
        }
        ulong count = totalLength < 8 ? ulong.MaxValue : (totalLength - 8) / 32;
        if (count > MaximumAttributes)
        {
            return NtStatus.InvalidParameter;
        }
        for (long i = 0; i < (long)count; i++)
        {
            if (!t.Memory.TryReadArray(list + 8 + (i * 32), 4, 4, out ulong[] entry))
            {
                return NtStatus.AccessViolation;
            }
            NtStatus status = attributes.Take(t, (uint)entry[0], entry[1], entry[2]);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        return NtStatus.Success;
    }

    /// <summary>Writes the results that were asked for.</summary>
    public bool TryWriteResults(NtThread t, NtProcess process, NtThread thread) =>
        Write(t, _clientId, MemoryMarshal.AsBytes(new Span<Abi.ClientId64>([new Abi.ClientId64(process.ProcessId, thread.ThreadId)])))
        && Write(t, _teb, MemoryMarshal.AsBytes(new Span<ulong>([thread.Teb])))
        && Write(t, _image, process.ImageInformation);

    private static bool Write(NtThread t, (GuestPointer Address, ulong Size) target, ReadOnlySpan<byte> value) =>
        target.Address.IsNull || t.Memory.TryWrite(target.Address, value[..(int)Math.Min((ulong)value.Length, target.Size)]);

    private NtStatus Take(NtThread t, uint attribute, ulong size, ulong value)
    {
        switch (attribute)
        {
            case ParentProcess:
                Parent = new Handle(value);
                break;
            case DebugPortAttribute:
                DebugPort = new Handle(value);
                break;
            case ClientId:
                _clientId = (new GuestPointer(value), size);
                break;
            case TebAddress:
                _teb = (new GuestPointer(value), size);
                break;
            case ImageInformation:
                _image = (new GuestPointer(value), size);
                break;
            case ImageNameAttribute:
                if (size > GuestAccessor.MaximumStringBytes || !t.Memory.TryReadUtf16(new GuestPointer(value), (int)size, out string name))
                {
                    return NtStatus.AccessViolation;
                }
                ImageName = name;
                break;
            case HandleList or JobList:
                if (size / 8 > MaximumHandles || !t.Memory.TryReadArray(new GuestPointer(value), (uint)(size / 8), MaximumHandles, out ulong[] handles))
                {
                    return NtStatus.InvalidParameter;
                }
                if (attribute == HandleList)
                {
                    Handles = handles.ToHashSet();
                }
                else
                {
                    Jobs = [.. handles.Select(h => new Handle(h))];
                }
                break;
            case Token:
                // Tokens of this VM are all the user's own.
                break;
            default:
                break;
        }
        return NtStatus.Success;
    }
}
