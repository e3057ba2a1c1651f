import type { Random } from '../random.js';

const months = 'January February March April May June July August September October November December'.split(' ');
const items = 'wireless headphones|a desk lamp|two winter tyres|the blue armchair|a standing desk|printer ink|running shoes|a coffee grinder|replacement blades|the annual plan|a gift card|hiking boots'.split('|');
const problems = 'the app keeps crashing|my parcel never arrived|I was charged twice|the screen is cracked|I cannot log in|the invoice is wrong|the refund is still missing|the delivery came late|the router has no signal|my plan was changed without notice'.split('|');
const illnesses = 'hypertension|type 2 diabetes|a fractured wrist|seasonal asthma|chronic migraine|atrial fibrillation|a torn meniscus|pneumonia'.split('|');
const jobs = 'warehouse clerk|software engineer|staff nurse|accountant|site manager|line cook|translator|sales lead'.split('|');

/** What surrounds values in ordinary records and is no personal data by itself. */
export function filler(kind: string, random: Random): string {
  switch (kind) {
    case 'date':
      return random.pick([`${months[random.int(12)] ?? ''} ${random.between(1, 28)}, ${random.between(2015, 2026)}`, `${random.between(2015, 2026)}-0${random.between(1, 9)}-${random.between(10, 28)}`, `${random.between(10, 28)}/0${random.between(1, 9)}/${random.between(2015, 2026)}`]);
    case 'time':
      return `${random.between(7, 19)}:${random.between(10, 59)}`;
    case 'stamp':
      return `${random.between(2019, 2026)}-0${random.between(1, 9)}-${random.between(10, 28)}T${random.between(10, 23)}:${random.between(10, 59)}:${random.between(10, 59)}.${random.digits(3)}Z`;
    case 'amount':
      return random.pick([`$${random.between(5, 9000)}.${random.digits(2)}`, `£${random.between(5, 900)}`, `€${random.between(5, 900)},${random.digits(2)}`, `${random.between(1, 90)},${random.digits(3)} USD`]);
    case 'order':
      return random.pick([`#${random.digits(6)}`, `ORD-${random.digits(8)}`, `${random.digits(3)}-${random.digits(7)}`, random.shape('??-####')]);
    case 'item':
      return random.pick(items);
    case 'problem':
      return random.pick(problems);
    case 'illness':
      return random.pick(illnesses);
    case 'job':
      return random.pick(jobs);
    case 'int':
      return String(random.between(1, 9999));
    case 'id':
      return random.signs(random.between(6, 12), 'abcdef0123456789');
    case 'expiry':
      return `0${random.between(1, 9)}/${random.between(26, 32)}`;
    case 'cvv':
      return random.digits(3);
    default:
      throw new Error(`no such slot: ${kind}`);
  }
}
