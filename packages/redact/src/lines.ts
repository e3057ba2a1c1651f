/** Hands over each line of a text and where it begins, without its line end. */
export function eachLine(text: string, take: (line: string, start: number) => void): void {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end > start) take(text.slice(start, end), start);
    start = end + 1;
  }
  if (start === 0) take(text, 0);
  else if (start < text.length) take(text.slice(start), start);
}
