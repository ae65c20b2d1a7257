using System.Text;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.Emulation.Console;

/// <summary>The code pages that the console has used so far. The console's lock guards it.</summary>
/// <param name="files">The system library's nls files.</param>
internal sealed class CodePageTable(IFileSource files)
{
    /// <summary>CP_UTF8.</summary>
    public const uint Utf8 = 65001;

    private readonly Dictionary<uint, CodePage?> _pages = [];

    /// <summary>The table of a code page; null for UTF-8 and for those that the system library has not.</summary>
    public CodePage? this[uint number]
    {
        get
        {
            if (number == Utf8)
            {
                return null;
            }
            if (!_pages.TryGetValue(number, out CodePage? page))
            {
                page = CodePage.TryLoad(files, number);
                _pages.Add(number, page);
            }
            return page;
        }
    }

    /// <summary>The console can use the code page.</summary>
    public bool Exists(uint number) => number == Utf8 || this[number] is not null;

    /// <summary>UTF-16 text in a code page.</summary>
    public byte[] Encode(ReadOnlySpan<char> text, uint number) => this[number] is { } page ? page.Encode(text) : Encoding.UTF8.GetBytes(text.ToArray());
}
