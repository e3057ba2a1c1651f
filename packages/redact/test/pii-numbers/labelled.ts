/** A text and what has to be found in it: category and exact characters. */
export interface Labelled {
  readonly text: string;
  readonly spans: readonly { readonly category: string; readonly value: string; readonly start: number }[];
}

const mark = /\{\{(\w+)\|(.*?)\}\}/g;

/** Reads `Call {{phone|555-123-4567}}`. */
export function labelled(marked: string): Labelled {
  let text = '';
  let from = 0;
  const spans: { category: string; value: string; start: number }[] = [];
  for (const found of marked.matchAll(mark)) {
    const [whole, category = '', value = ''] = found;
    text += marked.slice(from, found.index);
    spans.push({ category, value, start: text.length });
    text += value;
    from = found.index + whole.length;
  }
  return { text: text + marked.slice(from), spans };
}
