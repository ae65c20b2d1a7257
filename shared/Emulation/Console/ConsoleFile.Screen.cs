using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Console;

/// <summary>The control codes of screen buffers.</summary>
internal sealed partial class ConsoleFile
{
    private const uint SetCursorShape = 1, SetCursorPosition = 2, SetSize = 4, SetAttributes = 8;
    private const int TextMode = 0, AttributeMode = 1, CellMode = 2;
    private const int OutputInfoSize = 100;

    private ConsoleScreen Screen => _console.Screen;

    private NtStatus ControlOutput(in IoReply reply, in IoControl control, ConsoleControlCode function, ReadOnlySpan<byte> input)
    {
        lock (_console.Lock)
        {
            switch (function)
            {
                case ConsoleControlCode.GetMode:
                    return DiskFile.Return(reply, control, BitConverter.GetBytes(_buffer.Mode));
                case ConsoleControlCode.SetMode when input.Length == 4:
                    Screen.SetMode(_buffer, BinaryPrimitives.ReadUInt32LittleEndian(input));
                    return reply.Complete(NtStatus.Success, 0);
                case ConsoleControlCode.WriteConsole:
                    Screen.Write(_buffer, MemoryMarshal.Cast<byte, char>(input[..(input.Length & ~1)]));
                    return reply.Complete(NtStatus.Success, (ulong)input.Length);
                case ConsoleControlCode.GetOutputInfo:
                    return ReturnScreen(reply, control);
                case ConsoleControlCode.SetOutputInfo when input.Length >= 20:
                    return SetScreen(reply, input);
                case ConsoleControlCode.FillOutput when input.Length >= 24:
                    return Fill(reply, control, input);
                case ConsoleControlCode.WriteOutput when input.Length >= 16:
                    return WriteCells(reply, control, input);
                case ConsoleControlCode.ReadOutput when input.Length >= 16:
                    return ReadCells(reply, control, input);
                case ConsoleControlCode.Scroll when input.Length >= 24:
                    return Scroll(reply, input);
                case ConsoleControlCode.Activate:
                    Screen.Activate(_buffer);
                    return reply.Complete(NtStatus.Success, 0);
            }
        }
        // Programs tell input from output by which calls fail (libuv: GetNumberOfConsoleInputEvents).
        return NtStatus.InvalidHandle;
    }

    /// <summary>struct condrv_output_info: 18 shorts and a table of 16 colours.</summary>
    private NtStatus ReturnScreen(in IoReply reply, in IoControl control)
    {
        Screen.UpdateSize();
        ScreenBuffer b = _buffer;
        byte[] output = new byte[OutputInfoSize];
        InformationBuffer writer = new(output);
        foreach (int value in (ReadOnlySpan<int>)
            [
                b.CursorSize, b.CursorVisible ? 1 : 0, b.Column, b.Row, b.Columns, b.Rows, b.Attributes, 0xf5, 0, 0, b.Columns - 1, b.Rows - 1, b.Columns, b.Rows, 8, 16, 400, 0x36,
            ])
        {
            writer.Add((ushort)value);
        }
        foreach (uint colour in ConsoleColours.Table)
        {
            writer.Add(colour);
        }
        return DiskFile.Return(reply, control, output.AsSpan(0, (int)Math.Min(control.OutputLength, OutputInfoSize)));
    }

    /// <summary>The buffer is as large as the terminal: another size is refused unless it is larger, and then not taken.</summary>
    private NtStatus SetScreen(in IoReply reply, ReadOnlySpan<byte> input)
    {
        uint mask = BinaryPrimitives.ReadUInt32LittleEndian(input);
        ReadOnlySpan<short> values = MemoryMarshal.Cast<byte, short>(input[4..]);
        bool badCursor = (mask & SetCursorPosition) != 0 && (values[2] < 0 || values[2] >= _buffer.Columns || values[3] < 0 || values[3] >= _buffer.Rows);
        if (badCursor || ((mask & SetCursorShape) != 0 && values[0] is < 1 or > 100) || ((mask & SetSize) != 0 && (values[4] < _buffer.Columns || values[5] < _buffer.Rows)))
        {
            return NtStatus.InvalidParameter;
        }
        if ((mask & SetCursorShape) != 0)
        {
            Screen.SetCursor(_buffer, values[0], values[1] != 0);
        }
        if ((mask & SetCursorPosition) != 0)
        {
            Screen.MoveTo(_buffer, values[2], values[3]);
        }
        if ((mask & SetAttributes) != 0)
        {
            Screen.SetAttributes(_buffer, (ushort)values[6]);
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    /// <summary>struct condrv_fill_output_params: x, y, mode, count, wrap, character, attribute.</summary>
    private NtStatus Fill(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<int> values = MemoryMarshal.Cast<byte, int>(input[..20]);
        (int x, int y, int mode) = (values[0], values[1], values[2]);
        if (mode is < TextMode or > CellMode)
        {
            return NtStatus.InvalidParameter;
        }
        int count = 0;
        if (x >= 0 && y >= 0 && x < _buffer.Columns && y < _buffer.Rows)
        {
            ConsoleCell cell = new((char)BinaryPrimitives.ReadUInt16LittleEndian(input[20..]), BinaryPrimitives.ReadUInt16LittleEndian(input[22..]));
            count = (int)Math.Clamp((uint)values[3], 0, (uint)(((_buffer.Rows - y) * _buffer.Columns) - x));
            for (int i = 0; i < count; i++)
            {
                Set(x + i, y, cell, mode);
            }
            DrawRun(x, y, count);
        }
        return DiskFile.Return(reply, control, BitConverter.GetBytes(count));
    }

    /// <summary>struct condrv_output_params: x, y, mode, width; then characters, attributes, or both.</summary>
    private NtStatus WriteCells(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<int> header = MemoryMarshal.Cast<byte, int>(input[..16]);
        (int x, int y, int mode, int width) = (header[0], header[1], header[2], header[3]);
        bool wantsRegion = control.OutputLength >= 8;
        if (mode is < TextMode or > CellMode || width < 0 || (wantsRegion && width == 0))
        {
            return NtStatus.InvalidParameter;
        }
        int cellSize = mode == CellMode ? 4 : 2;
        ReadOnlySpan<byte> cells = input[16..];
        int count = cells.Length / cellSize;
        int written = 0;
        if (x >= 0 && y >= 0 && x < _buffer.Columns && y < _buffer.Rows)
        {
            for (; written < count && (width == 0 ? y + ((x + written) / _buffer.Columns) : y + (written / width)) < _buffer.Rows; written++)
            {
                ReadOnlySpan<byte> source = cells[(written * cellSize)..];
                ushort first = BinaryPrimitives.ReadUInt16LittleEndian(source);
                ConsoleCell cell = new((char)first, mode == CellMode ? BinaryPrimitives.ReadUInt16LittleEndian(source[2..]) : first);
                if (width == 0)
                {
                    Set(x + written, y, cell, mode);
                }
                else if (x + (written % width) < _buffer.Columns)
                {
                    Set(x + (written % width), y + (written / width), cell, mode);
                }
            }
            if (width == 0)
            {
                DrawRun(x, y, written);
            }
            else if (written != 0)
            {
                Screen.Draw(_buffer, x, y, Math.Min(x + width, _buffer.Columns) - 1, y + ((written - 1) / width));
            }
        }
        return wantsRegion
            ? DiskFile.Return(reply, control, Region(x, y, Math.Min((long)x + width, _buffer.Columns) - 1, Math.Min((long)y + (count / width), _buffer.Rows) - 1))
            : DiskFile.Return(reply, control, BitConverter.GetBytes(written).AsSpan(0, (int)Math.Min(control.OutputLength, 4)));
    }

    /// <summary>The same structure; characters or attributes in a run, or a rectangle of cells behind its SMALL_RECT.</summary>
    private NtStatus ReadCells(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<int> header = MemoryMarshal.Cast<byte, int>(input[..16]);
        (int x, int y, int mode, int width) = (header[0], header[1], header[2], header[3]);
        bool inside = x >= 0 && y >= 0 && x < _buffer.Columns && y < _buffer.Rows;
        if (mode is < TextMode or > CellMode || (mode == CellMode && (width <= 0 || control.OutputLength < 8 || !inside)))
        {
            return NtStatus.InvalidParameter;
        }
        if (mode != CellMode)
        {
            int count = inside ? (int)Math.Min(control.OutputLength / 2, (uint)(((_buffer.Rows - y) * _buffer.Columns) - x)) : 0;
            ushort[] values = new ushort[count];
            for (int i = 0; i < count; i++)
            {
                ConsoleCell cell = _buffer.Line(y + ((x + i) / _buffer.Columns))[(x + i) % _buffer.Columns];
                values[i] = mode == TextMode ? cell.Character : cell.Attributes;
            }
            return DiskFile.Return(reply, control, MemoryMarshal.AsBytes(values.AsSpan()));
        }
        int rows = (int)Math.Min((control.OutputLength - 8) / ((long)width * 4), _buffer.Rows - y);
        width = Math.Min(width, _buffer.Columns - x);
        byte[] output = new byte[8 + (width * rows * 4)];
        Region(x, y, x + width - 1, y + rows - 1).CopyTo(output, 0);
        for (int row = 0; row < rows; row++)
        {
            MemoryMarshal.AsBytes(_buffer.Line(y + row).Slice(x, width)).CopyTo(output.AsSpan(8 + (row * width * 4)));
        }
        return DiskFile.Return(reply, control, output);
    }

    /// <summary>struct condrv_scroll_params: rectangle, new place of its corner, clipping rectangle, cell that fills.</summary>
    private NtStatus Scroll(in IoReply reply, ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<short> v = MemoryMarshal.Cast<byte, short>(input[..24]);
        (int left, int top) = (Math.Max((int)v[0], 0), Math.Max((int)v[1], 0));
        (int right, int bottom) = (Math.Min((int)v[2], _buffer.Columns - 1), Math.Min((int)v[3], _buffer.Rows - 1));
        if (left > right || top > bottom)
        {
            return reply.Complete(NtStatus.Success, 0);
        }
        (int toX, int toY) = (v[4] + left - v[0], v[5] + top - v[1]);
        (int clipLeft, int clipTop) = (Math.Max((int)v[6], 0), Math.Max((int)v[7], 0));
        (int clipRight, int clipBottom) = (Math.Min((int)v[8], _buffer.Columns - 1), Math.Min((int)v[9], _buffer.Rows - 1));
        ConsoleCell fill = new((char)(ushort)v[10], (ushort)v[11]);
        ConsoleCell[][] moved = new ConsoleCell[bottom - top + 1][];
        for (int row = top; row <= bottom; row++)
        {
            moved[row - top] = _buffer.Line(row).Slice(left, right - left + 1).ToArray();
        }
        for (int row = Math.Max(top, clipTop); row <= Math.Min(bottom, clipBottom); row++)
        {
            int from = Math.Max(left, clipLeft);
            _buffer.Line(row).Slice(from, Math.Max(0, Math.Min(right, clipRight) - from + 1)).Fill(fill);
        }
        for (int row = Math.Max(toY, clipTop); row <= Math.Min(toY + bottom - top, clipBottom); row++)
        {
            for (int column = Math.Max(toX, clipLeft); column <= Math.Min(toX + right - left, clipRight); column++)
            {
                _buffer.Line(row)[column] = moved[row - toY][column - toX];
            }
        }
        int first = Math.Clamp(Math.Min(top, toY), 0, _buffer.Rows - 1);
        int last = Math.Clamp(Math.Max(bottom, toY + bottom - top), first, _buffer.Rows - 1);
        Screen.Draw(_buffer, 0, first, _buffer.Columns - 1, last);
        return reply.Complete(NtStatus.Success, 0);
    }

    private void Set(int x, int y, ConsoleCell cell, int mode)
    {
        ref ConsoleCell target = ref _buffer.Line(y + (x / _buffer.Columns))[x % _buffer.Columns];
        target.Character = mode == AttributeMode ? target.Character : cell.Character;
        target.Attributes = mode == TextMode ? target.Attributes : cell.Attributes;
    }

    private void DrawRun(int x, int y, int count)
    {
        if (count == 0)
        {
            return;
        }
        int last = y + ((x + count - 1) / _buffer.Columns);
        Screen.Draw(_buffer, last == y ? x : 0, y, last == y ? x + count - 1 : _buffer.Columns - 1, last);
    }

    private static byte[] Region(long left, long top, long right, long bottom)
    {
        byte[] region = new byte[8];
        BinaryPrimitives.WriteInt16LittleEndian(region, (short)left);
        BinaryPrimitives.WriteInt16LittleEndian(region.AsSpan(2), (short)top);
        BinaryPrimitives.WriteInt16LittleEndian(region.AsSpan(4), (short)right);
        BinaryPrimitives.WriteInt16LittleEndian(region.AsSpan(6), (short)bottom);
        return region;
    }
}
