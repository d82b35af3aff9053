namespace OrleansBilling.Statements;

/// <summary>How a statement looks, on a screen and on paper.</summary>
internal static class StatementStyle
{
    public const string Css = """

        :root { --ink: #1b2430; --soft: #566273; --line: #d5dbe3; }
        * { box-sizing: border-box; }
        body { margin: 0; font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: #fff; }
        main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
        h1 { font-size: 1.6rem; margin: 0 0 .6rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; display: flex; justify-content: space-between; gap: 1rem; }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: .5rem 1rem; margin: 0; } dt { font-size: .8rem; color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        table { border-collapse: collapse; width: 100%; } th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        th:first-child { text-align: left; } tbody th { font-weight: 400; } thead th { color: var(--soft); font-size: .85rem; } .sum th, .sum td { font-weight: 700; }
        details { border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; } summary { cursor: pointer; padding: .25rem 0; }
        summary span { display: inline-block; min-width: 6.5rem; padding-right: .7rem; } summary span:first-child { min-width: 3.5rem; } summary span:nth-child(2) { min-width: 10.5rem; }
        details ul { margin: .1rem 0 .6rem; color: var(--soft); } :focus-visible { outline: 3px solid #0b5fa5; outline-offset: 2px; }
        @page { margin: 16mm 14mm; }
        @media print { body { font-size: 9.5pt; } main { max-width: none; padding: 0; } summary { list-style: none; } thead { display: table-header-group; } tr, details, h2 { break-inside: avoid; } h2 { break-after: avoid; } }

        """;
}
