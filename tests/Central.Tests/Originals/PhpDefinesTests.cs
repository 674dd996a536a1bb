using System.Text;
using IntraMessenger.Central.Originals;

namespace IntraMessenger.Central.Tests.Originals;

public sealed class PhpDefinesTests
{
    [Theory]
    [InlineData("define('_A', 'one');", "one")]
    [InlineData("define(\"_A\", \"one\");", "one")]
    [InlineData("DeFiNe ( '_A' ,\n\t'one' ) ;", "one")]
    [InlineData("\\define('_A', 'one', true)", "one")]
    [InlineData("@define('_A', 'one');", "one")]
    [InlineData("define('_A', 12);", "12")]
    [InlineData("define('_A', -12);", "-12")]
    [InlineData("define('_A', TRUE);", "1")]
    [InlineData("define('_A', false);", "")]
    [InlineData("define('_A', Null);", "")]
    [InlineData("define('_B', 'b'); define('_A', _B);", "b")]
    [InlineData(@"define('_A', 'it\'s a \\ and \n');", @"it's a \ and \n")]
    [InlineData(@"define(""_A"", ""\""\\\$\t\x41\101\u{20ac}\q"");", "\"\\$\tAA€\\q")]
    [InlineData("define('_A', 'say $x and \"so\"');", "say $x and \"so\"")]
    [InlineData("define('_A', '// # /* no comment');", "// # /* no comment")]
    [InlineData("define(/* ' */ '_A' // \"\n , # '\n 'one');", "one")]
    [InlineData("/* /* nested */ define('_A', 'one'); // define('_A', 'two');", "one")]
    [InlineData("// a comment ends with the tag ?> define('_A', 'outside'); <?php define('_A', 'one');", "one")]
    [InlineData("// a comment\rdefine('_A', 'one');", "one")]
    [InlineData("if (1) { exit; } define('_A', 'one');", "one")]
    [InlineData("$x = <<<TEXT\ndefine('_A', 'two'); ' \nTEXT;\ndefine('_A', 'one');", "one")]
    [InlineData("if ($x): foo(); elseif ($y): bar(); else: baz(); endif; define('_A', 'one');", "one")]
    [InlineData("while (list($k) = each($x)): endwhile; FOREACH ($x as $y): switch ($y): case 1: endswitch; ENDFOREACH; for (;;): endfor; define('_A', 'one');", "one")]
    [InlineData("$x = if_($y) ? ($z) : 5; $o->if($x); $if = ($x) ? foo($y) : bar(); define('_A', 'one');", "one")]
    [InlineData("do { } while ($x); if ($x) foo(); define('_A', 'one');", "one")]
    [InlineData("$o->define('_A', 'two'); function define('_A', 'two') {} define('_A', 'one');", "one")]
    [InlineData("define('_A', 'one'); define('_A', 'two');", "one")]
    public void Define_WithAPlainValue_IsRead(string php, string value)
    {
        foreach (var file in new[] { php, $"text for 'browsers <?php {php}\n?> more \"text", $"<?PHP\r\n{php}" }) Read(file).First(define => define.Name == "_A" && define.Value is not null).Value.ShouldBe(value, file);
    }

    [Theory]
    [InlineData("define('_A', 5 * 60);", "expression")]
    [InlineData("define('_A', 'a' . 'b');", "expression")]
    [InlineData("define('_A', getenv('A'));", "expression")]
    [InlineData("define('_A', \"$name\");", "expression")]
    [InlineData("define('_A', \"{$x['y']}\");", "expression")]
    [InlineData("define('_A', `ls`);", "expression")]
    [InlineData("define('_A', _UNKNOWN);", "expression")]
    [InlineData("define('_A', array('a', 'b'));", "expression")]
    [InlineData("define('_A', ['a', 'b']);", "expression")]
    [InlineData("define('_A', 010);", "expression")]
    [InlineData("define('_A', 0x1F);", "expression")]
    [InlineData("define('_A', 1.5);", "expression")]
    [InlineData("define('_A', <<<X\na\nX);", "expression")]
    [InlineData("define('_A');", "expression")]
    [InlineData("if ($x) define('_A', 'one');", "condition")]
    [InlineData("if ($x) { define('_A', 'one'); }", "condition")]
    [InlineData("defined('_A') or define('_A', 'one');", "condition")]
    [InlineData("if ($x): define('_A', 'one'); endif;", "condition")]
    [InlineData("if ($x): foo(); define('_A', 'one'); endif;", "condition")]
    [InlineData("if (a($x) && (b())): foo(); else: foo(); define('_A', 'one'); endif;", "condition")]
    [InlineData("if ($x): foo(); elseif (c($y)): foo(); define('_A', 'one'); endif;", "condition")]
    [InlineData("if ($x): if ($y): endif; foo(); define('_A', 'one'); endif;", "condition")]
    [InlineData("if ($x): $o->endif; X::endif; $endif = 1; foo(); define('_A', 'one'); endif;", "condition")]
    [InlineData("foreach ($x as $y): foo(); define('_A', 'one'); endforeach;", "condition")]
    [InlineData("For ($i = 0; $i < 1; $i++): foo(); define('_A', 'one'); EndFor;", "condition")]
    [InlineData("while ($x): foo(); define('_A', 'one'); endwhile;", "condition")]
    [InlineData("switch ($x): case 1: foo(); define('_A', 'one'); endswitch;", "condition")]
    [InlineData("if ($x): ?> text <?php define('_A', 'one'); ?> <?php endif;", "condition")]
    [InlineData("define('_A', 'one'); define('_A', 'two');", "once more")]
    public void Define_ThatWouldHaveToBeExecuted_IsNamedWithTheReason(string php, string reason)
    {
        var refused = Read($"<?php\n{php}").Last();
        (refused.Name, refused.Value).ShouldBe(("_A", null));
        refused.WhyNot!.ShouldContain(reason);
        refused.WhyNot!.ShouldContain("line ");
    }

    [Fact]
    public void Define_WhoseNameIsAnExpression_IsNamedByItsLine() => Read("<?php\n\ndefine('_' . 'A', 'one');").Single().Name.ShouldBe("define in line 3");

    [Fact]
    public void File_InEitherEncoding_ReadsItsAccents()
    {
        const string Php = "<?php define('_A', 'École');";
        foreach (var bytes in new[] { Encoding.UTF8.GetBytes(Php), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Php)], Encoding.Latin1.GetBytes(Php) })
            PhpDefines.Read(bytes).Single().Value.ShouldBe("École");
    }

    [Theory]
    [InlineData("<?php define('_A', 'one", "string that begins in line 1")]
    [InlineData("<?php\n define('_A', \"one\\\");", "string that begins in line 2")]
    [InlineData("<?php /* no end", "comment that begins in line 1")]
    [InlineData("<?php \n\n define('_A', 'one'", "define in line 3")]
    [InlineData("<?php $x = <<<X\n", "text that begins in line 1")]
    [InlineData("<?php define('_A', 'o\0ne');", "value 0")]
    public void File_ThatIsHalfOne_IsRefusedWithTheLine(string php, string reason) =>
        Should.Throw<InvalidDataException>(() => Read(php)).Message.ShouldContain(reason);

    [Fact]
    public void File_OfTenMegabytes_IsRefused() => Should.Throw<InvalidDataException>(() => PhpDefines.Read(new byte[10_000_000])).Message.ShouldContain("10000000");

    /// <summary>Each as large as a file may be: none may take more than a moment, or end otherwise than with a sentence.</summary>
    [Theory]
    [InlineData("define(")]
    [InlineData("define('a',")]
    [InlineData("define('a', (")]
    [InlineData("if(")]
    [InlineData("if():")]
    [InlineData("define('a','b');")]
    [InlineData("{$")]
    [InlineData("/*")]
    [InlineData("<?")]
    [InlineData("?>")]
    [InlineData("<<<A\n")]
    [InlineData("\"\\u{")]
    [InlineData("'\\")]
    [InlineData("\n#")]
    public async Task File_OfOneThingRepeated_EndsSoon(string part)
    {
        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, PhpDefines.MostBytes / part.Length)));
        await Task.Run(() => OutcomeOf(file)).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private const string Marks = "'\"\\/*#(){}<?>$\n\0,;x\u00e9";

    /// <summary>Ten thousand broken files, always the same ones.</summary>
    [Fact]
    public void File_MutatedAnyhow_IsReadOrRefusedWithASentence()
    {
        var random = new Random(17);
        var whole = Encoding.UTF8.GetBytes(OriginalFileTests.Whole);
        var refused = 0;
        for (var round = 0; round < 10_000; round++)
        {
            var start = random.Next(whole.Length);
            var file = whole[start..Math.Min(whole.Length, start + random.Next(600))];
            for (var change = random.Next(5); change > 0 && file.Length > 0; change--) file[random.Next(file.Length)] = (byte)Marks[random.Next(Marks.Length)];
            if (!OutcomeOf(file)) refused++;
        }

        refused.ShouldBeInRange(100, 9_900);
    }

    private static bool OutcomeOf(byte[] file)
    {
        try
        {
            OriginalFile.Read(file);
            return true;
        }
        catch (InvalidDataException e)
        {
            e.Message.ShouldEndWith(".");
            e.Message.ShouldNotContain("\n");
            return false;
        }
    }

    private static IReadOnlyList<PhpDefine> Read(string php) => PhpDefines.Read(Encoding.UTF8.GetBytes(php));
}
