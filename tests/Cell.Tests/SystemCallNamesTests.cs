using System.Globalization;
using System.Text.RegularExpressions;
using PortableVirt.Cell.SystemCalls;

namespace PortableVirt.Cell.Tests;

/// <summary>Numbers and names are those of the kernel's headers (Debian's linux-libc-dev).</summary>
public sealed partial class SystemCallNamesTests
{
    private const string Header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";

    [Fact]
    public void Names_are_those_of_the_header()
    {
        int count = 0;
        foreach (string line in File.ReadLines(Header))
        {
            if (Definition().Match(line) is { Success: true } match)
            {
                Assert.Equal(match.Groups[1].Value, SystemCallNames.Of(int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture)));
                count++;
            }
        }
        Assert.True(count > 300, $"{Header} defines {count} system calls");
    }

    [Fact]
    public void The_calls_of_the_list_have_their_names()
    {
        foreach (SystemCall call in Enum.GetValues<SystemCall>())
        {
            string name = SystemCallNames.Of((int)call).Replace("_", "", StringComparison.Ordinal);
            Assert.Equal(name, call.ToString(), ignoreCase: true);
        }
    }

    [GeneratedRegex(@"^#define __NR_(\w+) (\d+)$")]
    private static partial Regex Definition();
}
