import { isLetter } from '../../char-class.js';

const names =
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec ' +
  'januar jänner februar feber märz maerz mai juni juli oktober dezember mär okt dez ' +
  'janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre decembre janv févr fevr avr juil déc ' +
  'enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic ' +
  'gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre gen mag giu lug set ott ' +
  'janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro fev out ' +
  'januari februari maart augustus mrt mei augusti marts ' +
  'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia ' +
  'января февраля марта апреля мая июня июля августа сентября октября ноября декабря ' +
  'ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık ' +
  'tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta ' +
  'ledna února března dubna května června července srpna září října listopadu prosince ' +
  'ianuarie februarie martie aprilie iunie iulie septembrie octombrie noiembrie decembrie';

const months: ReadonlySet<string> = new Set(names.split(' '));
/** Words of their own in some language: months only with a capital, or with a year. */
const ambiguous: ReadonlySet<string> = new Set(['may', 'march', 'mar', 'mars', 'mai', 'set', 'out', 'gen', 'dec', 'sep', 'mag', 'ago', 'marco', 'mart', 'mei', 'dic', 'ene', 'jan', 'jun', 'apr', 'aug', 'nov', 'oct', 'feb', 'jul', 'fev']);

/** Whether a word names a month; `sure` says that a year stands with it. */
export function isMonth(word: string, sure: boolean): boolean {
  const lower = word.toLowerCase();
  return months.has(lower) && (sure || lower !== word || !ambiguous.has(lower));
}

/** First two letters of the names, as a place in a square of 26. */
const openings = buildOpenings();

function buildOpenings(): Uint8Array {
  const square = new Uint8Array(26 * 26);
  for (const month of months) {
    const place = placeOf(month.charCodeAt(0), month.charCodeAt(1));
    if (place >= 0) square[place] = 1;
  }
  return square;
}

function placeOf(a: number, b: number): number {
  return isLetter(a) && isLetter(b) ? ((a | 32) - 0x61) * 26 + (b | 32) - 0x61 : -1;
}

/** A cheap look at the first letters of a word, which most words do not pass. */
export function mayBeMonth(text: string, start: number): boolean {
  const place = placeOf(text.charCodeAt(start), text.charCodeAt(start + 1));
  return place < 0 || openings[place] === 1;
}
