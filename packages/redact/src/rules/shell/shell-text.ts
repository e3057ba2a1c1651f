/** A value as a shell reads it, what hides its words undone: quotes and backslashes inside them, $IFS, braces, carets, %0a. */
export function shellText(value: string): string {
  return (/\s/.test(value) ? value : value.replaceAll('+', ' '))
    .replace(/%(?:25)?0[ad]/gi, '\n')
    .replace(/%(?:25)?(?:20|09)/gi, ' ')
    .replace(/\\n(?=\/?[a-z]{2,10}(?:[\\/\s]|$)|$)|\r/g, '\n')
    .replace(/\$\{?IFS\b\}?(?:\$\d)?(?:%\?\?)?|\\\n/g, ' ')
    .replace(/(?<=[a-z])(?:\$@|\$\(\)|``|''|"")(?=[a-z])|\$\{x\}/gi, '')
    .replace(/\$'((?:\\x[0-9a-f]{2}){2,40})'/gi, (_, codes: string) => codes.replace(/\\x(..)/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))))
    .replace(/\{([a-z]{2,12}),([^{}\n]{0,100})\}/g, ' $1 $2 ')
    .replace(/(?<=[a-z])(['"])(?=[a-z]{1,6}\1)|(?<=[a-z]['"][a-z]{0,6}|\b[a-z]{1,6})['"](?=[a-z]{1,6}\b(?!['"]))/gi, '')
    .replace(/[\\^](?=[a-z])/gi, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/^ +| +$/g, '');
}
