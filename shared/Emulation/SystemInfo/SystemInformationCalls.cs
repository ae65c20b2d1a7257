using System.Text;
using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>NtQuerySystemInformation and NtSetSystemInformation.</summary>
internal static class SystemInformationCalls
{
    [NtSyscall("NtQuerySystemInformation", Support.Partial, "kernel-internal classes; processor times are those of the VM")]
    internal static NtStatus NtQuerySystemInformation(NtThread t, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        Executive executive = t.Executive;
        switch ((SystemInformationClass)informationClass)
        {
            case SystemInformationClass.Basic or SystemInformationClass.EmulationBasic:
                return InformationResult.Exact(t, SystemInformation.Basic(executive.Processors).Data, buffer, length, returnLength);
            case SystemInformationClass.Processor or SystemInformationClass.EmulationProcessor:
                return AtLeast(t, SystemInformation.Processor(executive.Processors), buffer, length, returnLength);
            case SystemInformationClass.Performance:
                return AtLeast(t, SystemInformation.Performance(length), buffer, length, returnLength);
            case SystemInformationClass.TimeOfDay:
                return TimeOfDay(t, buffer, length, returnLength);
            case SystemInformationClass.Process:
                return AtLeast(t, ProcessListInformation.Processes(executive, buffer.Address, extended: false), buffer, length, returnLength);
            case SystemInformationClass.ExtendedProcess or SystemInformationClass.FullProcess:
                return AtLeast(t, ProcessListInformation.Processes(executive, buffer.Address, extended: true), buffer, length, returnLength);
            case SystemInformationClass.ProcessorPerformance:
                return ProcessorPerformance(t, buffer, length, returnLength);
            case SystemInformationClass.Device:
                return InformationResult.Exact(t, Zeros(24).Data, buffer, length, returnLength);
            case SystemInformationClass.Flags:
                return InformationResult.Exact(t, Zeros(4).Data, buffer, length, returnLength);
            case SystemInformationClass.Module:
                return AtLeast(t, Modules(), buffer, length, returnLength);
            case SystemInformationClass.Handle:
                return AtLeast(t, ProcessListInformation.Handles(executive), buffer, length, returnLength);
            case SystemInformationClass.ExtendedHandle:
                return AtLeast(t, ProcessListInformation.ExtendedHandles(executive), buffer, length, returnLength);
            case SystemInformationClass.PageFile:
                return AtLeast(t, Zeros(0), buffer, length, returnLength);
            case SystemInformationClass.FileCache:
                return AtLeast(t, Zeros(64), buffer, length, returnLength);
            case SystemInformationClass.Interrupt:
                return AtLeast(t, SystemInformation.Interrupt(executive.Processors), buffer, length, returnLength);
            case SystemInformationClass.TimeAdjustment:
                return InformationResult.Exact(t, SystemInformation.TimeAdjustment().Data, buffer, length, returnLength);
            case SystemInformationClass.Exception or SystemInformationClass.RegistryQuota:
                return AtLeast(t, Zeros(16), buffer, length, returnLength);
            case SystemInformationClass.KernelDebugger:
                return AtLeast(t, new InformationBuilder().U8(0).U8(1), buffer, length, returnLength);
            case SystemInformationClass.KernelDebuggerEx:
                return AtLeast(t, Zeros(3), buffer, length, returnLength);
            case SystemInformationClass.CurrentTimeZone:
                return AtLeast(t, new InformationBuilder().Bytes(executive.TimeZone.ToDynamicInformation().AsSpan(0, WindowsTimeZone.InformationSize)), buffer, length, returnLength);
            case SystemInformationClass.DynamicTimeZone:
                return AtLeast(t, new InformationBuilder().Bytes(executive.TimeZone.ToDynamicInformation()), buffer, length, returnLength);
            case SystemInformationClass.NumaProcessorMap:
                return AtLeast(t, SystemInformation.NumaProcessorMap(executive.Processors), buffer, length, returnLength);
            case SystemInformationClass.NumaAvailableMemory:
                return AtLeast(t, SystemInformation.NumaAvailableMemory(), buffer, length, returnLength);
            case SystemInformationClass.LogicalProcessor:
                return AtLeast(t, ProcessorInformation.Flat(executive.Processors), buffer, length, returnLength);
            case SystemInformationClass.CpuSet:
                return AtLeast(t, ProcessorInformation.CpuSets(executive.Processors), buffer, length, returnLength);
            case SystemInformationClass.FirmwareTable:
                return Firmware(t, buffer, length, returnLength);
            case SystemInformationClass.ProcessId:
                return ImageOfProcess(t, buffer, length, returnLength);
            case SystemInformationClass.BootEnvironment:
                return AtLeast(t, SystemInformation.BootEnvironment(), buffer, length, returnLength);
            case SystemInformationClass.CodeIntegrity:
                return InformationResult.Exact(t, new InformationBuilder().U32(8).U32(1).Data, buffer, length, returnLength);
            case SystemInformationClass.ProcessorBrandString:
                return AtLeast(t, BrandString(executive.Processors), buffer, length, returnLength);
            case SystemInformationClass.SecureBoot:
                return AtLeast(t, Zeros(2), buffer, length, returnLength);
            case SystemInformationClass.MemoryUsage:
                return AtLeast(t, SystemInformation.MemoryUsage(), buffer, length, returnLength);
            case SystemInformationClass.ProcessorIdleCycleTime:
                return AtLeast(t, SystemInformation.ProcessorIdleCycleTime(executive), buffer, length, returnLength);
            case SystemInformationClass.ProcessorIdle:
                return AtLeast(t, SystemInformation.ProcessorIdle(executive), buffer, length, returnLength);
            case SystemInformationClass.PerformanceCounter:
                return InformationResult.Exact(t, new InformationBuilder().U32(1).U32(0).U32(0).Data, buffer, length, returnLength);
            case SystemInformationClass.LeapSecond:
                return InformationResult.Exact(t, Zeros(8).Data, buffer, length, returnLength);
            case SystemInformationClass.WineVersion:
                return AtLeast(t, SystemInformation.WineVersion(), buffer, length, returnLength);
            default:
                return NtStatus.InvalidInfoClass;
        }
    }

    [NtSyscall("NtQuerySystemInformationEx", Support.Full)]
    internal static NtStatus NtQuerySystemInformationEx(NtThread t, uint informationClass, GuestPointer input, uint inputLength, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        Executive executive = t.Executive;
        switch ((SystemInformationClass)informationClass)
        {
            case SystemInformationClass.LogicalProcessorAndGroup:
                if (input.IsNull || inputLength < 4)
                {
                    return NtStatus.InvalidParameter;
                }
                if (!t.Memory.TryRead(input, out uint relation))
                {
                    return NtStatus.AccessViolation;
                }
                return ProcessorInformation.Extended(executive.Processors, relation) is { } records
                    ? AtLeast(t, records, buffer, length, returnLength)
                    : NtStatus.InvalidParameter;
            case SystemInformationClass.SupportedProcessorArchitectures:
                if (input.IsNull || inputLength != 8)
                {
                    return NtStatus.InvalidParameter;
                }
                if (!t.Memory.TryRead(input, out ulong process))
                {
                    return NtStatus.AccessViolation;
                }
                NtStatus status = process == 0 ? NtStatus.Success : t.Reference(new Objects.Handle(process), 0, out NtProcess _);
                return status.IsSuccess ? AtLeastSmall(t, Architectures(process != 0), buffer, length, returnLength) : status;
            case SystemInformationClass.LogicalProcessor or SystemInformationClass.CpuSet or SystemInformationClass.NumaProcessorMap:
                return NtQuerySystemInformation(t, informationClass, buffer, length, returnLength);
            default:
                return NtStatus.InvalidInfoClass;
        }
    }

    [NtSyscall("NtSetSystemInformation", Support.Refused, "needs privileges that the guest's user does not hold")]
    internal static NtStatus NtSetSystemInformation(NtThread t, uint informationClass, GuestPointer buffer, uint length) => NtStatus.PrivilegeNotHeld;

    private static NtStatus AtLeast(NtThread t, InformationBuilder data, GuestPointer buffer, uint length, GuestPointer returnLength) =>
        InformationResult.AtLeast(t, data.Data, buffer, length, returnLength, NtStatus.InfoLengthMismatch);

    private static NtStatus AtLeastSmall(NtThread t, InformationBuilder data, GuestPointer buffer, uint length, GuestPointer returnLength) =>
        InformationResult.AtLeast(t, data.Data, buffer, length, returnLength, NtStatus.BufferTooSmall);

    private static InformationBuilder Zeros(int count)
    {
        InformationBuilder b = new();
        b.Reserve(count);
        return b;
    }

    private static NtStatus TimeOfDay(NtThread t, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        ReadOnlySpan<byte> data = SystemInformation.TimeOfDay(t.Executive).Data;
        if (length > data.Length)
        {
            return returnLength.IsNull || t.Memory.TryWrite(returnLength, 0u) ? NtStatus.InfoLengthMismatch : NtStatus.AccessViolation;
        }
        return InformationResult.Exact(t, data[..(int)length], buffer, length, returnLength);
    }

    private static NtStatus ProcessorPerformance(NtThread t, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        const int entrySize = 48;
        int all = t.Executive.Processors.Count;
        int count = (int)Math.Min(length / entrySize, (uint)all);
        InformationBuilder b = new();
        for (int i = 0; i < (count == 0 ? all : count); i++)
        {
            SystemInformation.ProcessorPerformance(b, t.Executive);
        }
        return AtLeast(t, b, buffer, length, returnLength);
    }

    private static InformationBuilder Modules()
    {
        InformationBuilder b = new();
        b.U64(1).U64(0).U64(0).U64(0).U32(0x1046000).U32(0).U16(0).U16(0).U16(1).U16(21);
        byte[] path = new byte[256];
        Encoding.ASCII.GetBytes(@"\SystemRoot\system32\ntoskrnl.exe", path);
        return b.Bytes(path);
    }

    private static InformationBuilder BrandString(ProcessorTopology processors) =>
        new InformationBuilder().Bytes(Encoding.ASCII.GetBytes(processors.BrandName)).U8(0);

    private static InformationBuilder Architectures(bool withProcess)
    {
        const uint amd64 = 0x8664, kernelMode = 1 << 16, userMode = 1 << 17, native = 1 << 18, process = 1 << 19;
        return new InformationBuilder().U32(amd64 | kernelMode | userMode | native | (withProcess ? process : 0)).U32(0);
    }

    private static NtStatus Firmware(NtThread t, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        const int header = 16;
        Span<uint> request = stackalloc uint[4];
        if (length < header)
        {
            return NtStatus.InfoLengthMismatch;
        }
        if (!t.Memory.TryRead(buffer, System.Runtime.InteropServices.MemoryMarshal.AsBytes(request)))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = FirmwareTables.Get(request[0], request[1], request[2], out byte[] data);
        if (!status.IsSuccess)
        {
            return status;
        }
        InformationBuilder b = new();
        b.U32(request[0]).U32(request[1]).U32(request[2]).U32((uint)data.Length);
        bool fits = length >= header + data.Length;
        if (fits)
        {
            b.Bytes(data);
        }
        bool written = t.Memory.TryWrite(buffer, b.Data) && (returnLength.IsNull || t.Memory.TryWrite(returnLength, (uint)(header + data.Length)));
        return !written ? NtStatus.AccessViolation : fits ? NtStatus.Success : NtStatus.BufferTooSmall;
    }

    private static NtStatus ImageOfProcess(NtThread t, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        const uint size = 24;
        if (length != size)
        {
            return NtStatus.InfoLengthMismatch;
        }
        if (!t.Memory.TryRead(buffer, out ulong processId) || !t.Memory.TryRead(buffer + 8, out UnicodeString64 name))
        {
            return NtStatus.AccessViolation;
        }
        if (t.Executive.ClientIds.FindProcess(processId) is not { } process)
        {
            return NtStatus.InvalidCid;
        }
        ushort bytes = (ushort)(process.NtImagePath.Length * 2);
        bool fits = name.MaximumLength >= bytes + 2;
        name.Length = fits ? bytes : (ushort)0;
        name.MaximumLength = fits ? name.MaximumLength : (ushort)(bytes + 2);
        bool written = (!fits || t.Memory.TryWrite(new GuestPointer(name.Buffer), Encoding.Unicode.GetBytes(process.NtImagePath + "\0")))
            && t.Memory.TryWrite(buffer + 8, name)
            && (returnLength.IsNull || t.Memory.TryWrite(returnLength, size));
        return !written ? NtStatus.AccessViolation : fits ? NtStatus.Success : NtStatus.InfoLengthMismatch;
    }
}
