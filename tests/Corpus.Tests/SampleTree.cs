using System.Text;

namespace PortableVirt.Corpus.Tests;

/// <summary>A folder tree made from a fixed seed: mixed sizes, nested folders, names beyond ASCII.</summary>
public static class SampleTree
{
    private static readonly string[] Words =
        "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa".Split(' ');

    private static readonly string[] Folders =
        ["", "plain", "plain/nested", "plain/nested/deeper", "mit Leerzeichen", "Ümläute", "日本語", "русский/папка", "emoji 😀"];

    private static readonly int[] Sizes = [0, 1, 100, 4095, 4096, 4097, 20_000, 65_536, 150_000];

    /// <summary>Writes the tree: 243 files in 9 folders, about 10 MB, text and noise in turn.</summary>
    public static void Write(string root)
    {
        Random random = new(20_260_101);
        for (int index = 0; index < 27 * Folders.Length; index++)
        {
            string folder = Path.Combine(root, Folders[index % Folders.Length]);
            Directory.CreateDirectory(folder);
            string name = (index % 4) switch
            {
                0 => $"file {index}.txt",
                1 => $"größe-{index}.bin",
                2 => $"файл{index}.dat",
                _ => $"f{index}",
            };
            int size = Sizes[random.Next(Sizes.Length)];
            File.WriteAllBytes(Path.Combine(folder, name), index % 2 == 0 ? Text(random, size) : Noise(random, size));
        }
    }

    /// <summary>Text of space-separated words, seven a line.</summary>
    public static byte[] Text(Random random, int size)
    {
        StringBuilder text = new(size + 16);
        for (int word = 1; text.Length < size; word++)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(word % 7 == 0 ? '\n' : ' ');
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }

    /// <summary>Bytes that do not compress.</summary>
    public static byte[] Noise(Random random, int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Fails the test where two trees differ in a folder, a name or a byte.</summary>
    public static void RequireEqual(string expected, string actual)
    {
        Assert.Equal(RelativePaths(expected), RelativePaths(actual));
        foreach (string file in RelativePaths(expected).Where(path => File.Exists(Path.Combine(expected, path))))
        {
            bool same = File.ReadAllBytes(Path.Combine(expected, file)).AsSpan()
                .SequenceEqual(File.ReadAllBytes(Path.Combine(actual, file)));
            Assert.True(same, $"{file} differs.");
        }
    }

    private static string[] RelativePaths(string root) =>
        [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Order(StringComparer.Ordinal)];
}
