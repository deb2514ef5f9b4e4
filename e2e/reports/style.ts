/** Of the page: readable on paper, on a telephone and in the dark. Outcomes have a sign beside their colour. */
export const STYLE = `
:root { color-scheme: light dark; --good: #17703a; --bad: #b3261e; --dim: #666; --line: #8884; --soft: #8881; }
@media (prefers-color-scheme: dark) { :root { --good: #57c785; --bad: #ff8a80; --dim: #aaa; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; }
header { border-left: .5rem solid var(--good); padding: .2rem 1rem; margin-bottom: 1.5rem; background: var(--soft); }
header.failed { border-color: var(--bad); }
h1 { font-size: 1.6rem; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 0; }
header.passed h1, tr.passed .sign, .left.passed { color: var(--good); }
header.failed h1, tr.failed .sign, tr.failed th a, li.failed > p:first-child, .left.failed h2 { color: var(--bad); }
header p, .scenario > summary span, li span { color: var(--dim); }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th, td.number { white-space: nowrap; }
td.number { font-variant-numeric: tabular-nums; }
td.why, p.why, li { overflow-wrap: anywhere; }
tr.skipped, li.skipped { color: var(--dim); }
details.scenario { margin: .6rem 0; padding: .5rem .8rem; border: 1px solid var(--line); border-radius: .4rem; }
details.scenario.failed { border-color: var(--bad); }
summary { cursor: pointer; }
ol { padding-left: 1.6rem; }
li > p { margin: .2rem 0; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; margin: .5rem 0; }
dt { color: var(--dim); }
dd { margin: 0; }
pre { margin: .2rem 0; padding: .6rem; max-height: 24rem; overflow: auto; background: var(--soft); border-radius: .3rem; font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.evidence { margin: .4rem 0; }
@media print { pre { max-height: none; } }
`;
