/** The digit that makes `digits` + it pass Luhn (ISO/IEC 7812-1). */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const value = Number(digits.charAt(digits.length - 1 - at)) * (at % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Sum of the digits times the weights. */
export function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits.charAt(at)), 0);
}

/** The two check digits of an IBAN (ISO 13616, ISO 7064 MOD 97-10). */
export function ibanCheck(country: string, account: string): string {
  return String(98 - remainder(lettersAsNumbers(`${account}${country}00`), 97)).padStart(2, '0');
}

export function remainder(digits: string, by: number): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % by;
  return rest;
}

function lettersAsNumbers(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
}

const times: readonly string[] = ['0123456789', '1234067895', '2340178956', '3401289567', '4012395678', '5987604321', '6598710432', '7659821043', '8765932104', '9876543210'];
const turns: readonly string[] = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258'];
const inverse = '0432156789';

/** The Verhoeff digit, which ends an Aadhaar number. */
export function verhoeffDigit(digits: string): string {
  let c = 0;
  [...digits].reverse().forEach((digit, at) => {
    const turned = Number(turns[(at + 1) % 8]?.charAt(Number(digit)));
    c = Number(times[c]?.charAt(turned));
  });
  return inverse.charAt(c);
}
