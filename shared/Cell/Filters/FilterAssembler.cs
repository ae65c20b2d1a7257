namespace PortableVirt.Cell.Filters;

/// <summary>Writes classic BPF with labels. Conditional jumps reach 255 instructions, so each is followed by a long one.</summary>
internal sealed class FilterAssembler
{
    private readonly List<FilterInstruction> _code = [];
    private readonly List<(int At, int Label)> _jumps = [];
    private readonly List<int> _labels = [];

    /// <summary>A label that is placed later.</summary>
    public int NewLabel()
    {
        _labels.Add(-1);
        return _labels.Count - 1;
    }

    /// <summary>The next instruction is what a label means.</summary>
    public void Place(int label) => _labels[label] = _code.Count;

    /// <summary>Loads a word of struct seccomp_data.</summary>
    public void Load(uint offset) => Add(FilterInstruction.Load, offset);

    /// <summary>Keeps some bits of the loaded word.</summary>
    public void And(uint mask) => Add(FilterInstruction.And, mask);

    /// <summary>Ends with an answer.</summary>
    public void Return(uint answer) => Add(FilterInstruction.Return, answer);

    /// <summary>Goes to a label.</summary>
    public void Jump(int label)
    {
        _jumps.Add((_code.Count, label));
        Add(FilterInstruction.Jump, 0);
    }

    /// <summary>Goes to a label when the loaded word is a value.</summary>
    public void JumpIfEqual(uint value, int label) => JumpIf(FilterInstruction.JumpEqual, value, label, whenTrue: true);

    /// <summary>Goes to a label when the loaded word is another value.</summary>
    public void JumpIfNotEqual(uint value, int label) => JumpIf(FilterInstruction.JumpEqual, value, label, whenTrue: false);

    /// <summary>Goes to a label when the loaded word is at least a value.</summary>
    public void JumpIfAtLeast(uint value, int label) => JumpIf(FilterInstruction.JumpGreaterOrEqual, value, label, whenTrue: true);

    /// <summary>The program. Throws <see cref="InvalidOperationException"/> where a label was never placed, or lies before its jump.</summary>
    public FilterInstruction[] Finish()
    {
        FilterInstruction[] code = [.. _code];
        foreach ((int at, int label) in _jumps)
        {
            int distance = _labels[label] - at - 1;
            if (distance < 0)
            {
                throw new InvalidOperationException("a jump of the filter leads backwards or nowhere");
            }
            code[at] = code[at] with { Operand = (uint)distance };
        }
        return code;
    }

    private void JumpIf(ushort comparison, uint value, int label, bool whenTrue)
    {
        _code.Add(new FilterInstruction(comparison, (byte)(whenTrue ? 0 : 1), (byte)(whenTrue ? 1 : 0), value));
        Jump(label);
    }

    private void Add(ushort code, uint operand) => _code.Add(new FilterInstruction(code, 0, 0, operand));
}
