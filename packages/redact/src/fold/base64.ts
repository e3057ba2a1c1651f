/** Decoded runs of base64 in a text, each with the span it stands for. */
export function decodedPieces(text: string): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  void text;
  return [];
}
