/* preview_style: the style of the preview pages; for preview.c alone. */
#ifndef CREDRELAY_PREVIEW_STYLE_H
#define CREDRELAY_PREVIEW_STYLE_H

/*
 * One text, since the Content-Security-Policy holds its hash. Colours are
 * pairs that reach 4.5:1 (WCAG AA) on the surface where they are used.
 */
#define PREVIEW_STYLE "\n" \
	":root{color-scheme:light dark;--page:#eef1f6;--card:#fff;" \
	"--line:#dbe1ea;--text:#18202c;--soft:#4f5b6b;--accent:#1f5a4c;" \
	"--on-accent:#fff;--tint:#e6f1ed;--on-tint:#1b4f43}\n" \
	"@media (prefers-color-scheme:dark){:root{--page:#10151c;" \
	"--card:#1a212b;--line:#2d3744;--text:#eef2f7;--soft:#aab5c3;" \
	"--accent:#7fd0b8;--on-accent:#0f2b24;--tint:#1f3531;" \
	"--on-tint:#b4e5d6}}\n" \
	"*{box-sizing:border-box;margin:0;padding:0}\n" \
	"html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n" \
	"body{min-height:100vh;background:var(--page);color:var(--text);" \
	"font:1.0625rem/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto," \
	"\"Helvetica Neue\",\"Noto Sans\",Arial,sans-serif;" \
	"overflow-wrap:anywhere}\n" \
	"main{max-width:36rem;margin:0 auto;padding:1.25rem 1rem 2rem}\n" \
	"article{background:var(--card);border:1px solid var(--line);" \
	"border-radius:1.25rem;padding:1.75rem 1.5rem}\n" \
	".emblem{display:block;margin-bottom:1.25rem}\n" \
	".emblem rect{fill:var(--accent)}\n" \
	".emblem path{fill:none;stroke:var(--on-accent);stroke-width:3.5;" \
	"stroke-linecap:round;stroke-linejoin:round}\n" \
	".from{color:var(--soft);font-size:.9375rem}\n" \
	"h1{font-size:1.75rem;line-height:1.2;font-weight:700;" \
	"letter-spacing:-.01em;margin:.25rem 0 .625rem;text-wrap:balance}\n" \
	".about{color:var(--soft)}\n" \
	".until{background:var(--tint);color:var(--on-tint);" \
	"border-radius:.75rem;padding:.75rem 1rem;margin-top:1.25rem}\n" \
	".until>span{display:block;font-size:.875rem}\n" \
	".until time{display:block;font-weight:650}\n" \
	".until time span{display:inline-block}\n" \
	"section{border-top:1px solid var(--line);margin-top:1.5rem;" \
	"padding-top:1.25rem}\n" \
	"h2{font-size:1.0625rem;margin-bottom:.75rem}\n" \
	"ol,ul{list-style:none}\n" \
	"li{position:relative;padding-inline-start:2.5rem}\n" \
	"li+li{margin-top:.875rem}\n" \
	"li::before{position:absolute;inset-inline-start:0;top:0;" \
	"width:1.625rem;height:1.625rem;border-radius:50%;" \
	"background:var(--tint);color:var(--on-tint);text-align:center;" \
	"font-size:.875rem;line-height:1.625rem;font-weight:700}\n" \
	"ol{counter-reset:step}\n" \
	"ol li::before{counter-increment:step;content:counter(step)}\n" \
	"ul li::before{content:\"\\2713\";content:\"\\2713\" / \"\"}\n" \
	".ended .emblem rect{fill:var(--soft)}\n" \
	".ended li::before{content:\"\\2022\";content:\"\\2022\" / \"\"}\n" \
	"footer{color:var(--soft);font-size:.875rem;padding:1.25rem 1.5rem 0}" \
	"\n" \
	"@media (min-width:40rem){main{padding-top:4rem}" \
	"article{padding:2.5rem}h1{font-size:2rem}" \
	"footer{padding:1.25rem 2.5rem 0}}\n"

#endif
