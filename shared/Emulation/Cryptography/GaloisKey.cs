using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// AES in Galois counter mode (NIST SP 800-38D), a piece at a time. The framework's AesGcm takes whole messages and decrypts nothing without the tag;
/// bcrypt.dll decrypts first and compares the tag itself. So the counter and the hash are here, and AES is the framework's.
/// </summary>
internal sealed class GaloisKey : SymmetricKey
{
    private const int Block = 16, ShortVector = 12, Batch = 256;
    private readonly Aes _aes;
    private readonly GaloisHash _hash;
    private readonly byte[] _counter = new byte[Block];
    private readonly byte[] _tagMask = new byte[Block];
    private readonly byte[] _stream = new byte[Batch * Block];
    private int _streamUsed = Batch * Block;
    private ulong _authenticated;
    private ulong _processed;

    /// <summary>Begins a message.</summary>
    /// <param name="aes">AES with its key; the object owns it.</param>
    /// <param name="vector">Initialisation vector, any length but 0.</param>
    public GaloisKey(Aes aes, ReadOnlySpan<byte> vector)
    {
        _aes = aes;
        Span<byte> block = stackalloc byte[Block];
        block.Clear();
        _aes.EncryptEcb(block, block, PaddingMode.None);
        _hash = new GaloisHash(block);
        if (vector.Length == ShortVector)
        {
            vector.CopyTo(_counter);
            _counter[Block - 1] = 1;
        }
        else
        {
            GaloisHash hash = new(block);
            hash.Append(vector);
            hash.EndPart();
            hash.AppendLengths(0, (ulong)vector.Length * 8);
            hash.Read(_counter);
        }
        _aes.EncryptEcb(_counter, _tagMask, PaddingMode.None);
        Increment();
    }

    /// <inheritdoc/>
    public override int BlockSize => Block;

    /// <inheritdoc/>
    public override bool TakesAnyLength => true;

    /// <inheritdoc/>
    public override bool TryAuthenticate(ReadOnlySpan<byte> data)
    {
        if (_processed != 0)
        {
            return false;
        }
        _hash.Append(data);
        _authenticated += (uint)data.Length;
        return true;
    }

    /// <inheritdoc/>
    public override void Encrypt(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Begin(input.Length);
        Apply(input, output);
        _hash.Append(output[..input.Length]);
    }

    /// <inheritdoc/>
    public override void Decrypt(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Begin(input.Length);
        _hash.Append(input);
        Apply(input, output);
    }

    /// <inheritdoc/>
    public override bool TryGetTag(Span<byte> tag)
    {
        if (tag.Length > Block)
        {
            return false;
        }
        GaloisHash end = _hash.Copy();
        end.EndPart();
        end.AppendLengths(_authenticated * 8, _processed * 8);
        Span<byte> whole = stackalloc byte[Block];
        end.Read(whole);
        for (int i = 0; i < tag.Length; i++)
        {
            tag[i] = (byte)(whole[i] ^ _tagMask[i]);
        }
        return true;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_stream);
    }

    private void Begin(int length)
    {
        if (_processed == 0 && length != 0)
        {
            _hash.EndPart();
        }
        _processed += (uint)length;
    }

    private void Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (int i = 0; i < input.Length; i++)
        {
            if (_streamUsed == _stream.Length)
            {
                FillStream();
            }
            output[i] = (byte)(input[i] ^ _stream[_streamUsed++]);
        }
    }

    private void FillStream()
    {
        for (int i = 0; i < Batch; i++)
        {
            _counter.CopyTo(_stream.AsSpan(i * Block));
            Increment();
        }
        _aes.EncryptEcb(_stream, _stream, PaddingMode.None);
        _streamUsed = 0;
    }

    /// <summary>The last four bytes count.</summary>
    private void Increment()
    {
        Span<byte> number = _counter.AsSpan(Block - sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(number, unchecked(BinaryPrimitives.ReadUInt32BigEndian(number) + 1));
    }
}
