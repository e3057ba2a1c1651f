/** The whole style of the page that a scan writes. */
export const scanPageStyle = `
:root { color-scheme: light dark; --paper: #fbfbfa; --card: #fff; --ink: #1d2127; --soft: #5d6672; --line: #e2e4e8; --code: #f5f6f7;
  --pii: #8a5300; --pii-bg: #fff0d2; --secret: #a3152c; --secret-bg: #ffe3e6; --rule: #5b2da3; --rule-bg: #efe6ff; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1b1f25; --ink: #e6e8eb; --soft: #9aa4b1; --line: #2d333b; --code: #161a1f;
  --pii: #ffc968; --pii-bg: #46340f; --secret: #ff9aa6; --secret-bg: #54202a; --rule: #cdb2ff; --rule-bg: #3a2a5c; --link: #7db7f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -.01em; }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.1rem; }
p { margin: .35rem 0; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.soft { color: var(--soft); }
.warning { margin: 1.2rem 0; padding: .8rem 1rem; border: 2px solid var(--secret); border-radius: 8px; background: var(--secret-bg); color: var(--secret); font-weight: 600; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.4rem 0; padding: 0; list-style: none; }
.tiles li { flex: 1 1 9rem; padding: .7rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.tiles b { display: block; font-size: 1.55rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.pii { color: var(--pii); } .secret { color: var(--secret); } .rule { color: var(--rule); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .9rem; text-align: left; vertical-align: top; }
th { color: var(--soft); font-size: .8rem; font-weight: 600; border-bottom: 1px solid var(--line); }
tbody tr + tr td { border-top: 1px solid var(--line); }
.count { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { width: 30%; min-width: 6rem; vertical-align: middle; }
.bar svg { display: block; width: 100%; height: .55rem; fill: currentColor; opacity: .75; }
.path, .name { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .87rem; overflow-wrap: anywhere; }
.chip { display: inline-block; margin: 0 .35rem .2rem 0; padding: 0 .5rem; border-radius: 99px; font-size: .8rem; white-space: nowrap; }
.chip.pii, mark.pii { background: var(--pii-bg); } .chip.secret, mark.secret { background: var(--secret-bg); } .chip.rule, mark.rule { background: var(--rule-bg); }
details { margin: .8rem 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
summary { padding: .55rem .9rem; cursor: pointer; }
summary .path { font-weight: 600; margin-right: .6rem; }
.lines { border-top: 1px solid var(--line); border-radius: 0 0 8px 8px; background: var(--code); padding: .3rem 0; font: .85rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.lines div { display: grid; grid-template-columns: 5rem 1fr; }
.lines div:hover { background: var(--card); }
.lines i { padding-right: 1rem; text-align: right; font-style: normal; color: var(--soft); user-select: none; }
.lines span { padding-right: .9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.gap { color: var(--soft); }
.more { margin: 0; padding: .5rem .9rem; color: var(--soft); border-top: 1px solid var(--line); }
mark { position: relative; padding: .05rem .2rem; border-radius: 4px; font-weight: 600; cursor: help; }
mark:focus { outline: 2px solid currentColor; outline-offset: 1px; }
mark:hover::after, mark:focus::after { content: attr(data-tip); position: absolute; left: 0; bottom: calc(100% + .3rem); z-index: 1; width: max-content; max-width: min(22rem, 70vw);
  padding: .2rem .6rem; border-radius: 6px; background: var(--ink); color: var(--paper); font: 500 .8rem/1.5 system-ui, sans-serif; white-space: normal; }
@media (max-width: 40rem) { .lines div { grid-template-columns: 3.2rem 1fr; } .bar { display: none; } }
@media print { body { max-width: none; padding: 0; } mark:hover::after { content: none; } }
`;
