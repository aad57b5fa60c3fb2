/**
 * The style of all drawings, in light and in dark. Classes hold for what stands inside `.vfio` alone, since drawings share
 * a page with others.
 *
 * Text is told from its ground by a contrast of 4.5 and more. Colours stand as they are, not as variables, which some
 * programs that draw SVG do not know; these show the light half.
 */
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** A `<style>` element. `a0` to `a7` are areas that must be told apart; the other names say what they are for. */
export const SVG_STYLE: Markup = markup`<style>
.vfio{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;max-width:100%;height:auto}
.vfio .mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.vfio .t10{font-size:10px}.vfio .t11{font-size:11px}.vfio .t12{font-size:12px}.vfio .t14{font-size:14px}
.vfio .bold{font-weight:600}
.vfio path{fill:none;stroke-width:1}
.vfio .dashed{stroke-dasharray:3 3}.vfio .thick{stroke-width:2}
.vfio .paper{fill:#ffffff}
.vfio text,.vfio .ink{fill:#1f2328}
.vfio .dim{fill:#57606a}
.vfio .panel{fill:#f6f8fa;stroke:#d1d9e0}
.vfio .rule{stroke:#d1d9e0}
.vfio .empty{fill:#eceff3}
.vfio .bar{fill:#5b8fd9}
.vfio .ready{fill:#116329}.vfio .ready-tint{fill:#dafbe1;stroke:#4ac26b}
.vfio .blocked{fill:#a40e26}.vfio .blocked-tint{fill:#ffebe9;stroke:#e5534b}
.vfio .kernel{fill:#0a4a94}.vfio .kernel-tint{fill:#ddf0ff;stroke:#54a0e8}
.vfio .in-use{fill:#6b4400}.vfio .in-use-tint{fill:#fff3c4;stroke:#c99a1e}
.vfio .free{fill:#4a535d}.vfio .free-tint{fill:#eceff3;stroke:#8c959f}
.vfio .mark{stroke:#b3261e}
.vfio .a0{fill:#e4eaf2;stroke:#8494ab}
.vfio .a1{fill:#fde6d2;stroke:#c8742a}
.vfio .a2{fill:#d8f0dc;stroke:#3d9a52}
.vfio .a3{fill:#e6e1fb;stroke:#7a63d2}
.vfio .a4{fill:#fbdfe9;stroke:#c9527e}
.vfio .a5{fill:#d5eef6;stroke:#2c8fae}
.vfio .a6{fill:#f5edbb;stroke:#a08510}
.vfio .a7{fill:#efe1d7;stroke:#96694a}
.vfio .cell{stroke-opacity:.4}
.vfio .hit{fill:none;pointer-events:all}
@media screen and (prefers-color-scheme:dark){
.vfio .paper{fill:#0d1117}
.vfio text,.vfio .ink{fill:#e6edf3}
.vfio .dim{fill:#9aa4af}
.vfio .panel{fill:#151b23;stroke:#3d444d}
.vfio .rule{stroke:#3d444d}
.vfio .empty{fill:#1c232c}
.vfio .bar{fill:#4f83cc}
.vfio .ready{fill:#5fd576}.vfio .ready-tint{fill:#12281b;stroke:#2f8a45}
.vfio .blocked{fill:#ff9a94}.vfio .blocked-tint{fill:#331619;stroke:#c0453f}
.vfio .kernel{fill:#86c3ff}.vfio .kernel-tint{fill:#10243d;stroke:#3a76b8}
.vfio .in-use{fill:#e8bb4e}.vfio .in-use-tint{fill:#2b2310;stroke:#94741d}
.vfio .free{fill:#aab4bf}.vfio .free-tint{fill:#1c232c;stroke:#5b6570}
.vfio .mark{stroke:#ff7b72}
.vfio .a0{fill:#222c3a;stroke:#7f90a8}
.vfio .a1{fill:#40290f;stroke:#d98b48}
.vfio .a2{fill:#16351f;stroke:#57b86c}
.vfio .a3{fill:#2d2655;stroke:#9d8af0}
.vfio .a4{fill:#471a2c;stroke:#e07aa1}
.vfio .a5{fill:#0f3542;stroke:#4fb6d6}
.vfio .a6{fill:#393109;stroke:#c9ab2f}
.vfio .a7{fill:#39291d;stroke:#b98a68}
}
</style>`;
