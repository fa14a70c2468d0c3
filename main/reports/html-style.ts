import { cssString } from './markup.ts';

/** The report's own style: reads on a screen, light or dark, and prints on A4 with a header and page numbers. */
export const reportStyle = (title: string, hub: string, writtenAt: string): string => `
:root { color-scheme: light dark; --ink: #1b1d21; --soft: #5b616b; --line: #dfe2e7; --paper: #fff; --panel: #f6f7f9;
  --accent: #0b62c4; --area: #0b62c41f; --good: #3d7317; --bad: #b1380b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a3a9b3; --line: #3a3f47; --paper: #16181c; --panel: #1f2227;
  --accent: #73b1f7; --area: #73b1f72e; --good: #87bb62; --bad: #f0885f; } }
@page { size: A4; margin: 22mm 15mm 18mm;
  @top-left { content: ${cssString(title)}; font: 600 8.5pt system-ui, sans-serif; color: #5b616b; }
  @top-right { content: ${cssString(hub)}; font: 8.5pt system-ui, sans-serif; color: #5b616b; }
  @bottom-left { content: ${cssString(`Written ${writtenAt} UTC`)}; font: 8pt system-ui, sans-serif; color: #5b616b; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #5b616b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 "Red Hat Text", system-ui, -apple-system, "Segoe UI",
  "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 980px; margin: 0 auto; padding: 44px 32px 72px; }
h1, h2 { font-family: "Red Hat Display", "Red Hat Text", system-ui, sans-serif; line-height: 1.2; text-wrap: balance; }
h1 { font-size: 30px; font-weight: 650; letter-spacing: -.01em; margin: 4px 0 10px; }
h2 { font-size: 18px; font-weight: 600; margin: 44px 0 12px; }
p { margin: 0 0 12px; max-width: 84ch; text-wrap: pretty; }
.over { color: var(--accent); font-size: 13px; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; margin: 0; }
.practice { display: inline-block; border: 1px solid var(--bad); color: var(--bad); border-radius: 99px; padding: 1px 12px; font-size: 13px; }
.lead { color: var(--soft); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 3px 20px; margin: 18px 0 0; font-size: 14px; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.day { width: 100%; border-collapse: separate; border-spacing: 0; margin: 30px 0 0; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.day th, .day td { width: 20%; padding: 0 18px; text-align: left; border-left: 1px solid var(--line); background: var(--panel); }
.day th:first-child, .day td:first-child { border-left: 0; }
.day th { padding-top: 14px; font-size: 13px; font-weight: 500; color: var(--soft); }
.day td { padding-bottom: 12px; font-size: 30px; font-weight: 600; letter-spacing: -.02em; line-height: 1.3; }
.day .good { color: var(--good); } .day .bad { color: var(--bad); }
.meter { height: 6px; border-radius: 3px; background: var(--line); margin: 16px 0 6px; overflow: hidden; }
.meter div { height: 100%; background: var(--good); border-radius: 3px; }
.table { width: 100%; border-collapse: collapse; font-size: 14px; }
.table th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft); padding: 6px 12px 6px 0; border-bottom: 2px solid var(--line); }
.table td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.table .n { text-align: right; white-space: nowrap; } .table .few { width: 1%; } .table td.tight { white-space: nowrap; }
.table .bad { color: var(--bad); } .table .soft { color: var(--soft); }
.table.spokes { font-size: 12.5px; } .table.spokes th { font-size: inherit; } .spokes td { padding-block: 3px; }
.chart { display: block; width: 100%; height: auto; font-family: inherit; }
.chart text { fill: var(--ink); font-size: 12.5px; } .chart .heads text, .chart .tick, .chart .after, .chart .sentence { fill: var(--soft); font-size: 11.5px; }
.chart .name { font-weight: 600; } .chart .axis, .chart .tickmark { stroke: var(--soft); } .chart .rule, .chart .grid { stroke: var(--line); }
.chart .guide { stroke: var(--line); stroke-dasharray: 1 4; } .chart .stretch { stroke: var(--accent); stroke-width: 3; opacity: .45; }
.chart .dot { fill: var(--accent); stroke: var(--paper); stroke-width: 1.5; } .chart .target { stroke: var(--soft); stroke-dasharray: 5 4; }
.chart .area { fill: var(--area); } .chart .curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; } .chart .mark { font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
footer { margin-top: 48px; padding-top: 14px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; }
@media (max-width: 640px) { main { padding: 24px 16px; } .day, .day tbody, .day thead, .day tr { display: grid; } .wide { overflow-x: auto; } }
@media print { :root { color-scheme: light; --ink: #111; --soft: #555b64; --line: #d5d8dd; --paper: #fff; --panel: #f5f6f8; --accent: #0b62c4;
    --area: #0b62c41f; --good: #3d7317; --bad: #b1380b; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; } h1 { font-size: 20pt; } h2 { font-size: 12.5pt; margin-top: 20pt; break-after: avoid; }
  .over { font-size: 8.5pt; } .facts, .table { font-size: 9pt; } .day td { font-size: 20pt; } .day th { font-size: 8.5pt; }
  .table.spokes { font-size: 7pt; line-height: 1.25; } .spokes td { padding-block: 1.2pt; } thead { display: table-header-group; } tr, svg, .keep { break-inside: avoid; }
  .newpage { break-before: page; } }
`;
