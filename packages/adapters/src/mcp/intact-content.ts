/** Puts a text in the place of every binary block of a result that redaction changed: what is left of one is no image any more. */
export function withoutBroken(raw: unknown, cleaned: unknown): unknown {
  const [before, after] = [contentOf(raw), contentOf(cleaned)];
  if (before === undefined || after?.length !== before.length) return cleaned;
  if (after.every((block, i) => binaryOf(block) === binaryOf(before[i]))) return cleaned;
  const content = after.map((block, i) => (binaryOf(block) === binaryOf(before[i]) ? block : withheld));
  return { ...(cleaned as object), content }; // it has content
}

const withheld = { type: 'text', text: '(binary content is withheld: redaction found something to hide in it)' };

function contentOf(result: unknown): readonly unknown[] | undefined {
  const { content } = (result ?? {}) as { readonly content?: unknown }; // asked for and looked at
  return Array.isArray(content) ? (content as readonly unknown[]) : undefined;
}

/** The Base64 of an image, a sound or an embedded resource. */
function binaryOf(block: unknown): unknown {
  const { type, data, resource } = (block ?? {}) as { readonly type?: unknown; readonly data?: unknown; readonly resource?: { readonly blob?: unknown } }; // whatever a tool gave
  return type === 'resource' ? resource?.blob : data;
}
