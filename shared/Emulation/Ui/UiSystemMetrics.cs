namespace PortableVirt.Emulation.Ui;

/// <summary>GetSystemMetrics and GetSysColor for a session without a display: Windows' standard sizes at 96 dpi, and its standard colours.</summary>
internal static class UiSystemMetrics
{
    /// <summary>Dots per inch.</summary>
    public const uint Dpi = 96;

    private static readonly int[] Metrics =
    [
        1024, 768, 17, 17, 23, 1, 1, 3, 3, 17, 17, 32, 32, 32, 32, 20,
        1024, 725, 0, 0, 17, 17, 0, 0, 0, 0, 0, 0, 136, 39, 36, 22,
        4, 4, 136, 39, 4, 4, 75, 75, 0, 0, 0, 0, 0, 2, 2, 160,
        28, 16, 16, 23, 22, 22, 19, 19, 8, 160, 28, 1040, 784, 1032, 757, 0,
        0, 0, 0, 0, 4, 4, 0, 15, 15, 0, 0, 0, 0, 0, 1024, 768,
        1, 1, 0, 1, 1, 4, 0, 0, 0, 0, 0, 0, 4,
    ];

    private static readonly uint[] Colors =
    [
        0xc8c8c8, 0x000000, 0xd1b499, 0xdbcdbf, 0xf0f0f0, 0xffffff, 0x646464, 0x000000, 0x000000, 0x000000, 0xb4b4b4, 0xfcf7f4,
        0xababab, 0xd77800, 0xffffff, 0xf0f0f0, 0xa0a0a0, 0x6d6d6d, 0x000000, 0x000000, 0xffffff, 0x696969, 0xe3e3e3, 0x000000,
        0xe1ffff, 0x000000, 0xcc6600, 0xead1b9, 0xf2e4d7, 0xd77800, 0xf0f0f0,
    ];

    /// <summary>SM_ value; 0 for an index that does not exist.</summary>
    public static int Metric(uint index) => index < (uint)Metrics.Length ? Metrics[index] : 0;

    /// <summary>COLOR_ value as 0x00bbggrr; 0 for an index that does not exist.</summary>
    public static uint Color(uint index) => index < (uint)Colors.Length ? Colors[index] : 0;
}
