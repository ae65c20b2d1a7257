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
    private const int TitleHeader = 8;

    /// <inheritdoc/>
    internal override NtStatus DeviceControl(in IoReply reply, in IoControl control)
    {
        if (control.Code >> 16 != DeviceConsole || control.InputLength > MaximumTransfer)
        {
            return NtStatus.InvalidDeviceRequest;
        }
        ConsoleControlCode function = (ConsoleControlCode)((control.Code >> 2) & 0xfff);
        Executive.Recorder?.NoteConsole(function);
        if (function == ConsoleControlCode.WriteFile && _part == ConsolePart.Output)
        {
            NtStatus written = WriteBytes(reply.Thread, control.Input, control.InputLength);
            return written.IsSuccess ? reply.Complete(written, control.InputLength) : written;
        }
        Span<byte> input = control.InputLength <= 1024 ? stackalloc byte[(int)control.InputLength] : new byte[control.InputLength];
        if (!reply.Thread.Memory.TryRead(control.Input, input))
        {
            return NtStatus.AccessViolation;
        }
        return _part switch
        {
            ConsolePart.Output => ControlOutput(reply, control, function, input),
            ConsolePart.Input => ControlInput(reply, control, function, input),
            _ => ControlConsole(reply, control, function, input),
        };
    }

    private NtStatus ControlInput(in IoReply reply, in IoControl control, ConsoleControlCode function, ReadOnlySpan<byte> input)
    {
        switch (function)
        {
            case ConsoleControlCode.GetMode:
                return DiskFile.Return(reply, control, BitConverter.GetBytes(_console.Input.Mode));
            case ConsoleControlCode.SetMode when input.Length == 4:
                _console.Input.SetMode(BinaryPrimitives.ReadUInt32LittleEndian(input));
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.ReadConsole:
                return Read(reply, ConsoleReadKind.Text, control.Output, control.OutputLength, 0, "");
            case ConsoleControlCode.ReadConsoleControl when input.Length >= sizeof(uint) && control.OutputLength >= sizeof(uint):
                string initial = new([.. MemoryMarshal.Cast<byte, char>(input[sizeof(uint)..(input.Length & ~1)])]);
                return Read(reply, ConsoleReadKind.TextWithControl, control.Output, control.OutputLength, BinaryPrimitives.ReadUInt32LittleEndian(input), initial);
            case ConsoleControlCode.ReadFile:
                return Read(reply, ConsoleReadKind.Bytes, control.Output, control.OutputLength, 0, "");
            case ConsoleControlCode.ReadInput:
                return Read(reply, ConsoleReadKind.Records, control.Output, control.OutputLength, 0, "");
            case ConsoleControlCode.Peek:
                _console.Output.Flush();
                InputRecord[] records = _console.Input.Peek((int)Math.Min(control.OutputLength / InputRecord.Size, 4096));
                return DiskFile.Return(reply, control, MemoryMarshal.AsBytes(records.AsSpan()));
            case ConsoleControlCode.WriteInput when input.Length % InputRecord.Size == 0:
                _console.Input.AddRecords(MemoryMarshal.Cast<byte, InputRecord>(input));
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.Flush:
                _console.Input.Clear();
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.GetInputCount:
                return DiskFile.Return(reply, control, BitConverter.GetBytes(_console.Input.CountRecords()));
            default:
                return ControlConsole(reply, control, function, input);
        }
    }

    /// <summary>What every part of the console answers.</summary>
    private NtStatus ControlConsole(in IoReply reply, in IoControl control, ConsoleControlCode function, ReadOnlySpan<byte> input)
    {
        switch (function)
        {
            case ConsoleControlCode.GetInputInfo:
                return ReturnInputInfo(reply, control);
            case ConsoleControlCode.SetInputInfo when input.Length >= 12:
                return SetInputInfo(reply, MemoryMarshal.Cast<byte, uint>(input[..12]));
            case ConsoleControlCode.GetTitle:
                return ReturnTitle(reply, control);
            case ConsoleControlCode.SetTitle:
                _console.SetTitle(new string([.. MemoryMarshal.Cast<byte, char>(input[..(input.Length & ~1)])]).TrimEnd('\0'));
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.ControlEvent when input.Length >= 8:
                return RaiseControl(reply, BinaryPrimitives.ReadUInt32LittleEndian(input), BinaryPrimitives.ReadUInt32LittleEndian(input[4..]));
            case ConsoleControlCode.Beep:
                _console.Output.Write("\a"u8);
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.GetProcessList:
                return ReturnProcesses(reply, control);
            case ConsoleControlCode.GetWindow:
                return DiskFile.Return(reply, control, new byte[Math.Min(control.OutputLength, 8)]);
            case ConsoleControlCode.BindProcess when input.Length >= 4:
                return Bind(reply, BinaryPrimitives.ReadUInt32LittleEndian(input));
            case ConsoleControlCode.IsUnix:
                return NtStatus.NotSupported;
            default:
                return NtStatus.InvalidDeviceRequest;
        }
    }

    private NtStatus ReturnInputInfo(in IoReply reply, in IoControl control)
    {
        Span<byte> information = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(information, _console.InputCodePage);
        BinaryPrimitives.WriteUInt32LittleEndian(information[4..], _console.OutputCodePage);
        if (control.OutputLength >= 12)
        {
            BinaryPrimitives.WriteInt32LittleEndian(information[8..], _console.Input.CountRecords());
        }
        return DiskFile.Return(reply, control, information[..(int)Math.Min(control.OutputLength & ~3u, 12)]);
    }

    /// <summary>struct condrv_input_info_params: mask, input and output code page. STATUS_INVALID_PARAMETER for a page that there is not.</summary>
    private NtStatus SetInputInfo(in IoReply reply, ReadOnlySpan<uint> values)
    {
        lock (_console.Lock)
        {
            if (((values[0] & 1) != 0 && !_console.CodePages.Exists(values[1])) || ((values[0] & 2) != 0 && !_console.CodePages.Exists(values[2])))
            {
                return NtStatus.InvalidParameter;
            }
            _console.InputCodePage = (values[0] & 1) != 0 ? values[1] : _console.InputCodePage;
            _console.OutputCodePage = (values[0] & 2) != 0 ? values[2] : _console.OutputCodePage;
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    /// <summary>
    /// struct condrv_title_params: characters of the whole title, then as many as fit. Its reader counts the structure's 8 bytes
    /// off the length (measured).
    /// </summary>
    private NtStatus ReturnTitle(in IoReply reply, in IoControl control)
    {
        byte[] output = new byte[Math.Min(TitleHeader + (_console.Title.Length * 2), (int)Math.Min(control.OutputLength, MaximumTransfer))];
        InformationBuffer writer = new(output);
        writer.Add((uint)_console.Title.Length);
        writer.Add(_console.Title);
        return DiskFile.Return(reply, control, output);
    }

    /// <summary>GenerateConsoleCtrlEvent: STATUS_INVALID_PARAMETER for other events and for a group without a process.</summary>
    private NtStatus RaiseControl(in IoReply reply, uint kind, uint group)
    {
        const uint Break = 1;
        return kind > Break || !Executive.RaiseConsoleControl(kind, group) ? NtStatus.InvalidParameter : reply.Complete(NtStatus.Success, 0);
    }

    /// <summary>
    /// AttachConsole: the other process must be attached itself. ATTACH_PARENT_PROCESS (-1) of a program that the host started means the terminal.
    /// </summary>
    private NtStatus Bind(in IoReply reply, uint processId)
    {
        if (processId == uint.MaxValue)
        {
            processId = reply.Thread.Process.ParentProcessId;
            bool isHosts = Executive.ClientIds.Processes().All(p => p.ProcessId != processId);
            return isHosts && _console.IsInvisible ? NtStatus.InvalidHandle
                : isHosts || _console.AttachedProcesses().Any(p => p.ProcessId == processId) ? reply.Complete(NtStatus.Success, 0)
                : NtStatus.InvalidHandle;
        }
        if (_console.AttachedProcesses().All(p => p.ProcessId != processId))
        {
            return Executive.ClientIds.Processes().Any(p => p.ProcessId == processId) ? NtStatus.InvalidHandle : NtStatus.InvalidParameter;
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    private NtStatus ReturnProcesses(in IoReply reply, in IoControl control)
    {
        uint[] ids = [.. _console.AttachedProcesses().Select(p => p.ProcessId).Distinct()];
        byte[] output = new byte[Math.Min(ids.Length * 4, (int)Math.Min(control.OutputLength, 4096) & ~3)];
        InformationBuffer writer = new(output);
        foreach (uint id in ids)
        {
            writer.Add(id);
        }
        bool written = reply.Thread.Memory.TryWrite(control.Output, output);
        return !written ? NtStatus.AccessViolation : reply.Complete(writer.Overflowed ? NtStatus.BufferTooSmall : NtStatus.Success, (ulong)writer.Position);
    }
}
