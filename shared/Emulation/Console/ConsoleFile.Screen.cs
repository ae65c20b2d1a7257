using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Console;

/// <summary>The control codes of screen buffers: the terminal's screen is the only one, and cells on it can be written, not read.</summary>
internal sealed partial class ConsoleFile
{
    private const uint SetCursorShape = 1, SetCursorPosition = 2, SetAttributes = 8;
    private const int MaximumCells = 1 << 16;

    /// <summary>The Windows colour table, 0x00BBGGRR.</summary>
    private static readonly uint[] _colours =
    [
        0x000000, 0x800000, 0x008000, 0x808000, 0x000080, 0x800080, 0x008080, 0xc0c0c0,
        0x808080, 0xff0000, 0x00ff00, 0xffff00, 0x0000ff, 0xff00ff, 0x00ffff, 0xffffff,
    ];

    private NtStatus ControlOutput(in IoReply reply, in IoControl control, ConsoleControlCode function, ReadOnlySpan<byte> input)
    {
        switch (function)
        {
            case ConsoleControlCode.GetMode:
                return DiskFile.Return(reply, control, BitConverter.GetBytes(console.OutputMode));
            case ConsoleControlCode.SetMode when input.Length == 4:
                console.OutputMode = BinaryPrimitives.ReadUInt32LittleEndian(input);
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.WriteConsole:
                console.Output.Write(MemoryMarshal.Cast<byte, char>(input[..(input.Length & ~1)]));
                return reply.Complete(NtStatus.Success, (ulong)input.Length);
            case ConsoleControlCode.GetOutputInfo:
                return ReturnScreen(reply, control);
            case ConsoleControlCode.SetOutputInfo when input.Length >= 20:
                SetScreen(input);
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.FillOutput when input.Length >= 24:
                return Fill(reply, control, input);
            case ConsoleControlCode.WriteOutput when input.Length >= 16:
                return WriteCells(reply, control, input);
            case ConsoleControlCode.ReadOutput when input.Length >= 16:
                return ReturnBlanks(reply, control, input);
            case ConsoleControlCode.Scroll:
            case ConsoleControlCode.Activate:
                return reply.Complete(NtStatus.Success, 0);
            case ConsoleControlCode.GetTitle or ConsoleControlCode.SetTitle or ConsoleControlCode.Beep or ConsoleControlCode.GetInputInfo or ConsoleControlCode.SetInputInfo:
                return ControlInput(reply, control, function, input);
            default:
                return NtStatus.InvalidDeviceRequest;
        }
    }

    /// <summary>struct condrv_output_info: 18 shorts and a table of 16 colours.</summary>
    private NtStatus ReturnScreen(in IoReply reply, in IoControl control)
    {
        (int columns, int rows) = console.Output.Size;
        (int column, int row) = console.Output.Cursor;
        byte[] output = new byte[100];
        InformationBuffer writer = new(output);
        foreach (int value in (ReadOnlySpan<int>)
            [
                25, console.CursorVisible ? 1 : 0, column, row, columns, rows, console.Attributes, 0xf5, 0, 0, columns - 1, rows - 1, columns, rows, 8, 16, 400, 0x36,
            ])
        {
            writer.Add((ushort)value);
        }
        foreach (uint colour in _colours)
        {
            writer.Add(colour);
        }
        return DiskFile.Return(reply, control, output.AsSpan(0, (int)Math.Min(control.OutputLength, 100)));
    }

    private void SetScreen(ReadOnlySpan<byte> input)
    {
        uint mask = BinaryPrimitives.ReadUInt32LittleEndian(input);
        ReadOnlySpan<short> values = MemoryMarshal.Cast<byte, short>(input[4..]);
        if ((mask & SetCursorShape) != 0)
        {
            console.CursorVisible = values[1] != 0;
            console.Output.Write(values[1] != 0 ? "\x1b[?25h"u8 : "\x1b[?25l"u8);
        }
        if ((mask & SetCursorPosition) != 0)
        {
            MoveTo(values[2], values[3]);
        }
        if ((mask & SetAttributes) != 0)
        {
            console.Attributes = (ushort)values[6];
            console.Output.Write(Rendition(console.Attributes));
        }
    }

    /// <summary>struct condrv_fill_output_params: x, y, mode, count, wrap, character, attribute.</summary>
    private NtStatus Fill(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<int> values = MemoryMarshal.Cast<byte, int>(input[..20]);
        (int columns, int rows) = console.Output.Size;
        long room = Math.Max(0, ((long)(rows - values[1]) * columns) - values[0]);
        int count = (int)Math.Clamp(values[3], 0, Math.Min(room, MaximumCells));
        if (values[2] != 1 && values[0] >= 0 && values[1] >= 0)
        {
            char character = (char)BinaryPrimitives.ReadUInt16LittleEndian(input[20..]);
            Draw(values[0], values[1], values[2] == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(input[22..]) : console.Attributes, new string(char.IsControl(character) ? ' ' : character, count));
        }
        return DiskFile.Return(reply, control, BitConverter.GetBytes(count));
    }

    /// <summary>struct condrv_output_params: x, y, mode, width; then characters, attributes, or both.</summary>
    private NtStatus WriteCells(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<int> header = MemoryMarshal.Cast<byte, int>(input[..16]);
        int cellSize = header[2] == 2 ? 4 : 2;
        ReadOnlySpan<byte> cells = input[16..];
        int count = Math.Min(cells.Length / cellSize, MaximumCells);
        int width = header[3] > 0 ? header[3] : Math.Max(1, count);
        if (header[2] != 1 && header[0] >= 0 && header[1] >= 0)
        {
            for (int start = 0, y = header[1]; start < count; start += width, y++)
            {
                StringBuilder line = new();
                ushort attributes = console.Attributes;
                for (int i = start; i < Math.Min(start + width, count); i++)
                {
                    char c = (char)BinaryPrimitives.ReadUInt16LittleEndian(cells[(i * cellSize)..]);
                    if (cellSize == 4 && BinaryPrimitives.ReadUInt16LittleEndian(cells[((i * 4) + 2)..]) is ushort own && (own != attributes || i == start))
                    {
                        attributes = own;
                        line.Append(Rendition(own));
                    }
                    line.Append(char.IsControl(c) ? ' ' : c);
                }
                Draw(header[0], y, console.Attributes, line.ToString());
            }
        }
        Span<byte> result = stackalloc byte[8];
        result.Clear();
        if (control.OutputLength >= 8)
        {
            int right = header[0] + width - 1;
            int bottom = header[1] + ((count + width - 1) / width) - 1;
            BinaryPrimitives.WriteInt16LittleEndian(result, (short)header[0]);
            BinaryPrimitives.WriteInt16LittleEndian(result[2..], (short)header[1]);
            BinaryPrimitives.WriteInt16LittleEndian(result[4..], (short)right);
            BinaryPrimitives.WriteInt16LittleEndian(result[6..], (short)bottom);
            return DiskFile.Return(reply, control, result);
        }
        BinaryPrimitives.WriteInt32LittleEndian(result, count);
        return DiskFile.Return(reply, control, result[..(int)Math.Min(control.OutputLength, 4)]);
    }

    /// <summary>A terminal's screen cannot be read: every cell is a space in the current colours.</summary>
    private NtStatus ReturnBlanks(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        uint mode = BinaryPrimitives.ReadUInt32LittleEndian(input[8..]);
        byte[] output = new byte[Math.Min(control.OutputLength, MaximumTransfer)];
        Span<ushort> cells = MemoryMarshal.Cast<byte, ushort>(output.AsSpan());
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = mode == 1 || (mode == 2 && (i & 1) == 1) ? console.Attributes : ' ';
        }
        return DiskFile.Return(reply, control, output);
    }

    private void MoveTo(int x, int y) =>
        console.Output.Write(string.Create(CultureInfo.InvariantCulture, $"\x1b[{Math.Clamp(y, 0, 9998) + 1};{Math.Clamp(x, 0, 9998) + 1}H"));

    private void Draw(int x, int y, ushort attributes, string text)
    {
        console.Output.Write("\x1b" + "7");
        MoveTo(x, y);
        console.Output.Write(Rendition(attributes) + text + Rendition(console.Attributes) + "\x1b" + "8");
    }

    /// <summary>The SGR sequence of console colours; Windows orders the bits blue, green, red.</summary>
    private static string Rendition(ushort attributes)
    {
        if ((attributes & 0xff) == 7)
        {
            return "\x1b[0m";
        }
        int foreground = Swap(attributes & 7) + ((attributes & 8) != 0 ? 90 : 30);
        int background = Swap((attributes >> 4) & 7) + ((attributes & 0x80) != 0 ? 100 : 40);
        return string.Create(CultureInfo.InvariantCulture, $"\x1b[0;{foreground};{background}m");
    }

    private static int Swap(int colour) => ((colour & 1) << 2) | (colour & 2) | ((colour & 4) >> 2);
}
