/** Named character references worth undoing: those that hide a separator, a quote or a space. */
export const namedEntities: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&', AMP: '&', lt: '<', LT: '<', gt: '>', GT: '>', quot: '"', QUOT: '"', apos: "'", nbsp: ' ', ensp: ' ', emsp: ' ',
    thinsp: ' ', commat: '@', period: '.', colon: ':', semi: ';', comma: ',', equals: '=', num: '#', percnt: '%', plus: '+',
    hyphen: '-', dash: '-', minus: '-', ndash: '-', mdash: '-', lowbar: '_', sol: '/', bsol: '\\', lpar: '(', rpar: ')',
    lsqb: '[', lbrack: '[', rsqb: ']', rbrack: ']', lcub: '{', lbrace: '{', rcub: '}', rbrace: '}', excl: '!', quest: '?',
    dollar: '$', ast: '*', midast: '*', grave: '`', verbar: '|', vert: '|', Tab: ' ', shy: '', zwj: '', zwnj: '', lrm: '', rlm: '',
    NoBreak: '', ZeroWidthSpace: '',
  }),
);
