/** Elements of formatted text. */
export const defaultTags = [
  'a', 'abbr', 'b', 'bdi', 'bdo', 'blockquote', 'br', 'caption', 'cite', 'code', 'col', 'colgroup', 'dd', 'del', 'dfn', 'div', 'dl', 'dt', 'em', 'figcaption', 'figure',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'img', 'ins', 'kbd', 'li', 'mark', 'ol', 'p', 'pre', 'q', 'rp', 'rt', 'ruby', 's', 'samp', 'small', 'span', 'strong', 'sub', 'sup',
  'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'time', 'tr', 'u', 'ul', 'var', 'wbr',
] as const;

/** Attributes by element; `*` is every element. */
export const defaultAttributes: Readonly<Record<string, readonly string[]>> = {
  '*': ['title', 'lang', 'dir'],
  a: ['href'],
  img: ['src', 'alt', 'width', 'height'],
  td: ['colspan', 'rowspan', 'headers'],
  th: ['colspan', 'rowspan', 'headers', 'scope', 'abbr'],
  col: ['span'],
  colgroup: ['span'],
  ol: ['start', 'reversed', 'type'],
  li: ['value'],
  time: ['datetime'],
  q: ['cite'],
  blockquote: ['cite'],
  del: ['cite', 'datetime'],
  ins: ['cite', 'datetime'],
};

/**
 * Elements that no policy can let in: they run or load code, change how the text after them is read, frame other pages, or
 * ask the reader for something. Without those that switch the tokenizer (WHATWG HTML 13.2.5) and those of other namespaces,
 * a text has the same tokens wherever it is put, so nothing can turn into an element later.
 */
export const neverTags: ReadonlySet<string> = new Set([
  'script', 'style', 'template', 'slot', 'noscript', 'noembed', 'noframes', 'xmp', 'plaintext', 'listing', 'textarea', 'title',
  'iframe', 'frame', 'frameset', 'fencedframe', 'portal', 'object', 'embed', 'applet', 'param', 'svg', 'math', 'foreignobject', 'annotation-xml', 'desc',
  'mglyph', 'malignmark', 'mi', 'mo', 'mn', 'ms', 'mtext', 'image', 'base', 'basefont', 'meta', 'link', 'html', 'head', 'body', 'bgsound',
  'form', 'input', 'button', 'select', 'selectedcontent', 'option', 'optgroup', 'keygen', 'isindex', 'command', 'menuitem', 'dialog', 'animate', 'set',
]);

/** Attributes that no policy can let in: code, styles, other documents, targets of forms, and links that cannot be checked. */
export const neverAttributes: ReadonlySet<string> = new Set([
  'style', 'srcdoc', 'srcset', 'imagesrcset', 'action', 'formaction', 'ping', 'data', 'code', 'codebase', 'classid', 'archive', 'profile', 'manifest', 'background', 'lowsrc', 'dynsrc', 'http-equiv',
  'is', 'nonce', 'integrity', 'attributionsrc', 'popovertarget', 'commandfor', 'form', 'autofocus', 'contenteditable', 'usemap', 'shadowrootmode', 'slot',
]);

/** Attributes whose value is one URL. */
export const urlAttributes: ReadonlySet<string> = new Set(['href', 'src', 'cite', 'poster', 'longdesc', 'itemid', 'itemtype']);

/** Schemes whose URLs are code, or documents that can hold it. */
export const neverSchemes: ReadonlySet<string> = new Set(['javascript', 'vbscript', 'livescript', 'mocha', 'data', 'blob', 'filesystem', 'view-source', 'jar', 'about']);
