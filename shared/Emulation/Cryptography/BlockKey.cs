using System.Security.Cryptography;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// A block cipher in the modes CBC, ECB and CFB with 8 bits. Encryption and decryption each go on where they stopped, and both begin with the vector:
/// bcrypt.dll begins anew only when it is given another one.
/// </summary>
/// <param name="algorithm">The cipher with its key; the object owns it.</param>
/// <param name="mode">The mode.</param>
/// <param name="vector">Initialisation vector, one block.</param>
internal sealed class BlockKey(SymmetricAlgorithm algorithm, ChainMode mode, byte[] vector) : SymmetricKey
{
    private readonly byte[] _encryption = vector, _decryption = (byte[])vector.Clone();

    /// <inheritdoc/>
    public override int BlockSize => algorithm.BlockSize / 8;

    /// <inheritdoc/>
    public override bool TakesAnyLength => mode == ChainMode.Cfb;

    /// <inheritdoc/>
    public override void Encrypt(ReadOnlySpan<byte> input, Span<byte> output)
    {
        switch (mode)
        {
            case ChainMode.Ecb:
                algorithm.EncryptEcb(input, output, PaddingMode.None);
                break;
            case ChainMode.Cfb:
                algorithm.EncryptCfb(input, _encryption, output, PaddingMode.None, 8);
                Shift(_encryption, output[..input.Length]);
                break;
            default:
                algorithm.EncryptCbc(input, _encryption, output, PaddingMode.None);
                Shift(_encryption, output[..input.Length]);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Decrypt(ReadOnlySpan<byte> input, Span<byte> output)
    {
        switch (mode)
        {
            case ChainMode.Ecb:
                algorithm.DecryptEcb(input, output, PaddingMode.None);
                break;
            case ChainMode.Cfb:
                algorithm.DecryptCfb(input, _decryption, output, PaddingMode.None, 8);
                Shift(_decryption, input);
                break;
            default:
                algorithm.DecryptCbc(input, _decryption, output, PaddingMode.None);
                Shift(_decryption, input);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        algorithm.Dispose();
        CryptographicOperations.ZeroMemory(_encryption);
        CryptographicOperations.ZeroMemory(_decryption);
    }

    /// <summary>The last block's worth of cipher text is the next state.</summary>
    private void Shift(byte[] state, ReadOnlySpan<byte> cipherText)
    {
        if (cipherText.Length >= state.Length)
        {
            cipherText[^state.Length..].CopyTo(state);
        }
        else
        {
            state.AsSpan(cipherText.Length).CopyTo(state);
            cipherText.CopyTo(state.AsSpan(state.Length - cipherText.Length));
        }
    }
}
