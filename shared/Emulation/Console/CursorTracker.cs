namespace PortableVirt.Emulation.Console;

/// <summary>
/// Follows where a terminal's cursor is from what is written to it: text, CR, LF, BS, TAB and the CSI sequences that move it.
/// Rows count from the top of the screen; the position at start is taken for the last row.
/// </summary>
internal sealed class CursorTracker
{
    private const int MaximumParameter = 9999;
    private readonly List<int> _parameters = [];
    private int _state;

    /// <summary>Columns of the screen.</summary>
    public int Columns { get; private set; } = 80;

    /// <summary>Rows of the screen.</summary>
    public int Rows { get; private set; } = 25;

    /// <summary>Column of the cursor, from 0.</summary>
    public int Column { get; private set; }

    /// <summary>Row of the cursor, from 0.</summary>
    public int Row { get; private set; } = 24;

    /// <summary>Takes a new screen size over.</summary>
    public void Resize(int columns, int rows)
    {
        bool first = Rows == 25 && Row == 24;
        (Columns, Rows) = (columns, rows);
        Row = first ? rows - 1 : Math.Min(Row, rows - 1);
        Column = Math.Min(Column, columns - 1);
    }

    /// <summary>Follows UTF-8 output.</summary>
    public void Follow(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            switch (_state)
            {
                case 0 when b == 0x1b:
                    _state = 1;
                    break;
                case 0:
                    FollowText(b);
                    break;
                case 1:
                    _state = b == '[' ? 2 : b == ']' ? 3 : 0;
                    _parameters.Clear();
                    break;
                case 2:
                    FollowSequence(b);
                    break;
                default:
                    _state = b is 7 or (byte)'\\' ? 0 : 3;
                    break;
            }
        }
    }

    private void FollowText(byte b)
    {
        switch (b)
        {
            case (byte)'\r':
                Column = 0;
                break;
            case (byte)'\n':
                (Column, Row) = (0, Math.Min(Row + 1, Rows - 1));
                break;
            case 8:
                Column = Math.Max(0, Column - 1);
                break;
            case 9:
                Column = Math.Min((Column + 8) & ~7, Columns - 1);
                break;
            case < 0x20 or (>= 0x80 and < 0xc0):
                break;
            default:
                if (++Column >= Columns)
                {
                    (Column, Row) = (0, Math.Min(Row + 1, Rows - 1));
                }
                break;
        }
    }

    private void FollowSequence(byte b)
    {
        if (b is >= (byte)'0' and <= (byte)'9')
        {
            if (_parameters.Count == 0)
            {
                _parameters.Add(0);
            }
            _parameters[^1] = Math.Min((_parameters[^1] * 10) + b - '0', MaximumParameter);
            return;
        }
        if (b == ';')
        {
            if (_parameters.Count == 0)
            {
                _parameters.Add(0);
            }
            if (_parameters.Count < 16)
            {
                _parameters.Add(0);
            }
            return;
        }
        if (b is < 0x40 or > 0x7e)
        {
            return;
        }
        _state = 0;
        int first = _parameters.Count > 0 ? Math.Max(1, _parameters[0]) : 1;
        int second = _parameters.Count > 1 ? Math.Max(1, _parameters[1]) : 1;
        (Column, Row) = (char)b switch
        {
            'A' => (Column, Row - first),
            'B' => (Column, Row + first),
            'C' => (Column + first, Row),
            'D' => (Column - first, Row),
            'E' => (0, Row + first),
            'F' => (0, Row - first),
            'G' => (first - 1, Row),
            'H' or 'f' => (second - 1, first - 1),
            'd' => (Column, first - 1),
            _ => (Column, Row),
        };
        Column = Math.Clamp(Column, 0, Columns - 1);
        Row = Math.Clamp(Row, 0, Rows - 1);
    }
}
