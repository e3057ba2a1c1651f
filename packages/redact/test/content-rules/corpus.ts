/** Texts of one kind; `held` families are measured but were not looked at while the rules were written. */
export interface Family {
  readonly name: string;
  readonly held: boolean;
  readonly texts: readonly string[];
}

export function family(name: string, texts: readonly string[]): Family {
  return { name, held: false, texts };
}

export function held(name: string, texts: readonly string[]): Family {
  return { name, held: true, texts };
}

/** Every combination of a template's `{0}`, `{1}` … with the lists of words. */
export function combine(templates: readonly string[], ...words: readonly (readonly string[])[]): string[] {
  let texts = [...templates];
  words.forEach((list, place) => {
    texts = texts.flatMap((text) => (text.includes(`{${place}}`) ? list.map((word) => text.replaceAll(`{${place}}`, () => word)) : [text]));
  });
  return texts;
}

/** Deterministic thinning: at most `count` texts, spread over the whole list. */
export function spread(texts: readonly string[], count: number): string[] {
  const step = Math.max(1, texts.length / count);
  return texts.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step) || at === 0);
}

export const percent = (text: string): string => encodeURIComponent(text).replaceAll("'", '%27').replaceAll('(', '%28').replaceAll(')', '%29');
export const fullWidth = (text: string): string => text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
export const mixedCase = (text: string): string => [...text].map((letter, at) => (at % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase())).join('');
export const commented = (text: string): string => text.replaceAll(' ', '/**/');
export const zeroWidth = (text: string): string => [...text].join('\u200b');
export const entities = (text: string): string => text.replace(/['"<>&=;|$`(]/g, (sign) => `&#${sign.charCodeAt(0)};`);
