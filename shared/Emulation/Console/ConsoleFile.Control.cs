using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Console;

/// <summary>The control codes of the console.</summary>
internal sealed partial class ConsoleFile
{
    private const uint DeviceConsole = 0x50;
    private const int RecordSize = 20;

    /// <inheritdoc/>
    internal override NtStatus DeviceControl(in IoReply reply, in IoControl control)
    {
        if (control.Code >> 16 != DeviceConsole || control.InputLength > MaximumTransfer)
        {
            return NtStatus.InvalidDeviceRequest;
        }
        ConsoleControlCode function = (ConsoleControlCode)((control.Code >> 2) & 0xfff);
        if (function == ConsoleControlCode.WriteFile && part == ConsolePart.Output)
        {
            NtStatus written = WriteBytes(reply.Thread, control.Input, control.InputLength);
            return written.IsSuccess ? reply.Complete(written, control.InputLength) : written;
        }
        Span<byte> input = control.InputLength <= 1024 ? stackalloc byte[(int)control.InputLength] : new byte[control.InputLength];
        if (!reply.Thread.Memory.TryRead(control.Input, input))
        {
            return NtStatus.AccessViolation;
        }
        return part == ConsolePart.Output ? ControlOutput(reply, control, function, input) : ControlInput(reply, control, function, input);
    }

    private NtStatus ControlInput(in IoReply reply, in IoControl control, ConsoleControlCode function, ReadOnlySpan<byte> input)
    {
        switch (function)
        {
            case ConsoleControlCode.GetMode:
                return DiskFile.Return(reply, control, BitConverter.GetBytes(console.Input.Mode));
            case ConsoleControlCode.SetMode when input.Length == 4:
                console.Input.SetMode(BinaryPrimitives.ReadUInt32LittleEndian(input));
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.ReadConsole:
                return ReadText(reply, control, 0);
            case ConsoleControlCode.ReadConsoleControl:
                return ReadText(reply, control, sizeof(uint));
            case ConsoleControlCode.ReadFile:
                NtStatus read = ReadBytes(reply.Thread, control.OutputLength, out byte[] bytes);
                return read.IsSuccess ? DiskFile.Return(reply, control, bytes) : read;
            case ConsoleControlCode.ReadInput:
            case ConsoleControlCode.Peek:
                return ReadRecords(reply, control, function == ConsoleControlCode.ReadInput);
            case ConsoleControlCode.WriteInput when input.Length % RecordSize == 0:
                console.Input.AddRecords(MemoryMarshal.Cast<byte, InputRecord>(input));
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.Flush:
                console.Input.Clear();
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.GetInputInfo:
                Span<byte> information = stackalloc byte[12];
                BinaryPrimitives.WriteUInt32LittleEndian(information, console.InputCodePage);
                BinaryPrimitives.WriteUInt32LittleEndian(information[4..], console.OutputCodePage);
                if (control.OutputLength >= 12)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(information[8..], console.Input.CountRecords());
                }
                return DiskFile.Return(reply, control, information[..(int)Math.Min(control.OutputLength & ~3u, 12)]);
            case ConsoleControlCode.GetInputCount:
                return DiskFile.Return(reply, control, BitConverter.GetBytes(console.Input.CountRecords()));
            case ConsoleControlCode.SetInputInfo when input.Length >= 12:
                uint mask = BinaryPrimitives.ReadUInt32LittleEndian(input);
                console.InputCodePage = (mask & 1) != 0 ? BinaryPrimitives.ReadUInt32LittleEndian(input[4..]) : console.InputCodePage;
                console.OutputCodePage = (mask & 2) != 0 ? BinaryPrimitives.ReadUInt32LittleEndian(input[8..]) : console.OutputCodePage;
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.GetTitle:
                return ReturnTitle(reply, control);
            case ConsoleControlCode.SetTitle:
                SetTitle(input);
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.ControlEvent when input.Length >= 8:
                console.RaiseControl(BinaryPrimitives.ReadUInt32LittleEndian(input), BinaryPrimitives.ReadUInt32LittleEndian(input[4..]));
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.Beep:
                console.Output.Write("\a"u8);
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.GetProcessList:
                return ReturnProcesses(reply, control);
            case ConsoleControlCode.GetWindow:
                return DiskFile.Return(reply, control, new byte[Math.Min(control.OutputLength, 8)]);
            case ConsoleControlCode.BindProcess:
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.IsUnix:
                return NtStatus.NotSupported;
            default:
                return NtStatus.InvalidDeviceRequest;
        }
    }

    private NtStatus ReadText(in IoReply reply, in IoControl control, int prefix)
    {
        if (control.OutputLength < prefix)
        {
            return NtStatus.BufferTooSmall;
        }
        console.Output.Flush();
        NtStatus status = console.Input.ReadText(reply.Thread, (int)Math.Min(control.OutputLength - (uint)prefix, MaximumTransfer) / 2, out string text);
        if (!status.IsSuccess)
        {
            return reply.Complete(status, 0);
        }
        byte[] output = new byte[prefix + (text.Length * 2)];
        MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(output.AsSpan(prefix));
        return DiskFile.Return(reply, control, output);
    }

    private NtStatus ReadRecords(in IoReply reply, in IoControl control, bool take)
    {
        console.Output.Flush();
        NtStatus status = console.Input.ReadRecords(reply.Thread, (int)Math.Min(control.OutputLength / RecordSize, 4096), take, take, out InputRecord[] records);
        return status.IsSuccess ? DiskFile.Return(reply, control, MemoryMarshal.AsBytes(records.AsSpan())) : reply.Complete(status, 0);
    }

    private NtStatus ReturnTitle(in IoReply reply, in IoControl control)
    {
        byte[] output = new byte[Math.Min(4 + (console.Title.Length * 2), (int)Math.Min(control.OutputLength, MaximumTransfer))];
        InformationBuffer writer = new(output);
        writer.Add((uint)console.Title.Length * 2);
        writer.Add(console.Title);
        return DiskFile.Return(reply, control, output);
    }

    private void SetTitle(ReadOnlySpan<byte> input)
    {
        string title = new([.. MemoryMarshal.Cast<byte, char>(input[..(input.Length & ~1)])]);
        console.Title = title.TrimEnd('\0');
        console.Output.Write($"\x1b]0;{new string([.. console.Title.Where(c => !char.IsControl(c))])}\a");
    }

    private NtStatus ReturnProcesses(in IoReply reply, in IoControl control)
    {
        List<NtProcess> processes = Executive.ClientIds.Processes();
        byte[] output = new byte[Math.Min(processes.Count * 4, (int)Math.Min(control.OutputLength, 4096) & ~3)];
        InformationBuffer writer = new(output);
        foreach (NtProcess process in processes)
        {
            writer.Add(process.ProcessId);
        }
        bool written = reply.Thread.Memory.TryWrite(control.Output, output);
        return !written ? NtStatus.AccessViolation : reply.Complete(writer.Overflowed ? NtStatus.BufferTooSmall : NtStatus.Success, (ulong)writer.Position);
    }
}
