/** The style of a report's page: one column on a phone, two where there is room; light, dark, and for paper. */
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** A `<style>` element. Colours are those of the drawings. */
export const REPORT_STYLE: Markup = markup`<style>
:root{--paper:#ffffff;--ink:#1f2328;--dim:#57606a;--rule:#d1d9e0;--panel:#f6f8fa;--link:#0a4a94;
--ready:#116329;--ready-tint:#dafbe1;--blocked:#a40e26;--blocked-tint:#ffebe9;--kernel:#0a4a94;--kernel-tint:#ddf0ff;
--in-use:#6b4400;--in-use-tint:#fff3c4;--free:#4a535d;--free-tint:#eceff3}
@media screen and (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--dim:#9aa4af;--rule:#3d444d;--panel:#151b23;--link:#86c3ff;
--ready:#5fd576;--ready-tint:#12281b;--blocked:#ff9a94;--blocked-tint:#331619;--kernel:#86c3ff;--kernel-tint:#10243d;
--in-use:#e8bb4e;--in-use-tint:#2b2310;--free:#aab4bf;--free-tint:#1c232c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:24px 16px 48px;max-width:1120px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
a{color:var(--link)}
h1{font-size:1.6rem;line-height:1.25;margin:0}
h2{font-size:1.2rem;line-height:1.3;margin:2.2em 0 .7em;padding-bottom:.3em;border-bottom:1px solid var(--rule)}
h3{font-size:1rem;margin:1.4em 0 .5em}
h4{font-size:.93rem;margin:0 0 .25em;display:flex;gap:8px;align-items:baseline}
h4 svg{flex:none;align-self:center}
p{margin:.4em 0}
.dim{color:var(--dim)}
bdi{unicode-bidi:isolate}
dl{display:grid;grid-template-columns:fit-content(14em) minmax(0,1fr);gap:2px 16px;margin:.4em 0}
dt{color:var(--dim)}
dd{margin:0}
ul{list-style:none;margin:.4em 0;padding:0}
.checks>li{padding:8px 0;border-top:1px solid var(--rule);display:grid;grid-template-columns:6.4rem minmax(0,1fr);gap:2px 12px}
.checks>li:first-child{border-top:0}
.checks ul{margin-top:4px}
.checks li li{padding:4px 0}
.pill{display:inline-block;border-radius:1em;padding:0 .7em;font-size:.85em;font-weight:600;white-space:nowrap;justify-self:start;align-self:start}
.ready{color:var(--ready);background:var(--ready-tint)}
.blocked{color:var(--blocked);background:var(--blocked-tint)}
.kernel{color:var(--kernel);background:var(--kernel-tint)}
.in-use{color:var(--in-use);background:var(--in-use-tint)}
.free{color:var(--free);background:var(--free-tint)}
pre{margin:4px 0 0;padding:8px 10px;background:var(--panel);border:1px solid var(--rule);border-radius:6px;white-space:pre-wrap;
font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.85rem}
pre span{display:inline-block;max-width:100%}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-top:1px solid var(--rule)}
th{color:var(--dim);font-weight:400;border-top:0}
td.mono{min-width:9em}
td:nth-child(4){min-width:6em}
td:nth-child(5){min-width:4.4em}
figure{margin:0 -16px}
figure svg,.config svg{display:block}
figure .medium,figure .narrow{display:none}
.figures{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}
.config{display:grid;grid-template-columns:388px minmax(0,1fr);gap:8px 32px;align-items:start}
.config figure{margin:0;border:1px solid var(--rule);border-radius:8px;max-width:100%;justify-self:start}
.capability{padding:8px 0;border-top:1px solid var(--rule)}
.capability:first-of-type{border-top:0}
.capability dl{font-size:.88rem;margin-left:20px}
.fields{display:flex;flex-wrap:wrap;gap:0 1em;margin:0}
.on{font-weight:600}
.capability dt{color:var(--ink);font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.95em}
footer{margin-top:3em;padding-top:1em;border-top:1px solid var(--rule);color:var(--dim);font-size:.9em}
@media (max-width:1119px){
figure .wide{display:none}
figure .medium{display:block}
}
@media (max-width:819px){
.config{grid-template-columns:minmax(0,1fr)}
}
@media (max-width:699px){
body{padding:16px 16px 40px}
figure .medium{display:none}
figure .narrow{display:block}
thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
table,tbody,tr,td{display:block}
tr{padding:8px 0;border-top:1px solid var(--rule)}
td{border:0;padding:1px 0;display:grid;grid-template-columns:5rem minmax(0,1fr);gap:12px;align-items:baseline}
td::before{content:attr(data-label);color:var(--dim);font-family:system-ui,sans-serif;font-size:15px}
dl{grid-template-columns:fit-content(8.5em) minmax(0,1fr)}
.config figure{border:0;border-radius:0;margin:0 -16px;max-width:none}
.capability dl{margin-left:0;grid-template-columns:minmax(0,1fr);gap:0}
.capability dd{margin-bottom:4px}
}
@media screen and (min-width:820px){
.config figure{position:sticky;top:16px}
}
@media print{
body{max-width:none;padding:0;font-size:10.5pt}
a{color:inherit;text-decoration:none}
figure,.config figure{margin:0}
figure .wide,figure .narrow{display:none}
figure .medium{display:block}
.capability,.checks>li,tr,figure{break-inside:avoid}
h2,h3,h4{break-after:avoid}
svg,.pill{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
</style>`;
