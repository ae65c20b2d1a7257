using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry.Tests;

public sealed class TimeZoneTests
{
    private readonly TimeZoneTable _zones = new();

    [Theory]
    [InlineData("Europe/Berlin", "W. Europe Standard Time")]
    [InlineData("Europe/Kyiv", "FLE Standard Time")]
    [InlineData("America/New_York", "Eastern Standard Time")]
    [InlineData("Asia/Kolkata", "India Standard Time")]
    [InlineData("Etc/UTC", "UTC")]
    public void MapsTzNames(string tzName, string keyName) => Assert.Equal(keyName, _zones.FindByTzName(tzName)?.KeyName);

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Sydney")]
    [InlineData("Asia/Kathmandu")]
    public void AgreesWithTheTzDatabase(string tzName)
    {
        WindowsTimeZone zone = _zones.FindByTzName(tzName)!;
        TimeZoneInfo expected = TimeZoneInfo.FindSystemTimeZoneById(tzName);
        for (DateTime time = new(2025, 1, 1, 0, 30, 0, DateTimeKind.Utc); time.Year < 2027; time = time.AddHours(1))
        {
            Assert.Equal(-(int)expected.GetUtcOffset(time).TotalMinutes, zone.BiasAt(time.ToFileTimeUtc()));
        }
    }

    [Fact]
    public void StructuresHaveTheirSizes()
    {
        WindowsTimeZone zone = _zones.FindByKeyName("Eastern Standard Time")!;
        Assert.Equal(44, zone.ToTzi().Length);
        byte[] data = zone.ToDynamicInformation();
        Assert.Equal(WindowsTimeZone.DynamicInformationSize, data.Length);
        Assert.Equal(300, BitConverter.ToInt32(data));
        Assert.Equal("Eastern Daylight Time", System.Text.Encoding.Unicode.GetString(data, 88, 42));
        Assert.Equal(11, BitConverter.ToUInt16(data, 68 + 2));
        Assert.Equal(3, BitConverter.ToUInt16(data, 152 + 2));
    }
}
