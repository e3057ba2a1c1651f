import type { Random } from '../random.js';

const split = (text: string): readonly string[] => text.split('|');

/** Words by slot; none of them names a person. */
const words: Readonly<Record<string, readonly string[]>> = {
  city: split('Lisbon|Oslo|Nairobi|Winnipeg|Osaka|Valparaíso|Ghent|Tbilisi|Hanoi|Leipzig|Tucson|Aarhus|Perth|Kraków|Mombasa|Quito'),
  country: split('Norway|Chile|Vietnam|Ghana|Slovenia|Canada|Morocco|New Zealand|Peru|Estonia|Jordan|Kenya'),
  river: split('the Danube|the Mekong|the Rio Grande|the Volta|the Elbe|the Murray'),
  animal: split('heron|otter|ibex|pangolin|tree frog|lynx|sturgeon|barn owl|hedgehog|manta ray|gecko|wolverine'),
  plant: split('juniper|saffron|birch|eelgrass|sorghum|lavender|moss campion|hornbeam|wild garlic|baobab'),
  thing: split('lantern|ledger|bicycle|kettle|telescope|violin|suitcase|compass|map|typewriter|rowing boat|clock|ladder|umbrella'),
  food: split('lentils|rye flour|brown sugar|butter|cherry tomatoes|rolled oats|coconut milk|spinach|smoked paprika|walnuts|ricotta|red onions'),
  adj: split('quiet|crooked|amber|hollow|restless|frozen|ordinary|bright|narrow|forgotten|salty|stubborn|pale|noisy'),
  verb: split('opened|crossed|measured|abandoned|painted|repaired|followed|counted|carried|described|sold|buried'),
  role: split('the minister|the council|the orchestra|a spokeswoman|the company|the crew|the jury|the agency|the club|the ferry operator|the museum|the union'),
  team: split('Rovers|United|the Falcons|the Tigers|Athletic|the Owls|City|the Mariners|the Bears|Wanderers'),
  sport: split('handball|ice hockey|cricket|rugby|curling|volleyball|water polo|tennis'),
  element: split('sodium chloride|ethyl acetate|copper(II) sulfate|toluene|calcium carbonate|ammonium nitrate|acetone|citric acid'),
  formula: split('NaCl|C8H10N4O2|H2SO4|CuSO4·5H2O|CaCO3|C6H12O6|Fe2O3|KMnO4|CH3COOH'),
  lib: split('parser|cache|router|scheduler|renderer|bundler|logger|sdk|cli|adapter|codec|http-client'),
  lang: split('Rust|Go|Python|TypeScript|Kotlin|Elixir|C++|Fortran|Haskell|OCaml'),
  book: split('Genesis|Exodus|1 Corinthians|Psalm|Isaiah|Matthew|Romans|2 Kings|Revelation|Ecclesiastes'),
  month: split('January|February|March|April|May|June|July|August|September|October|November|December'),
  day: split('Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday'),
  work: split('Symphony No. 7|String Quartet Op. 59|Prelude and Fugue|the third suite|Nocturne Op. 9 No. 2|the Mass in C minor'),
  star: split('Vega|NGC 4565|Betelgeuse|HD 209458 b|Proxima|the Crab Nebula|M31|Sirius B'),
  street: split('Harbour Street|Mill Lane|Rue des Écoles|Bahnhofstrasse|Via Roma|Elm Avenue|Kirkgata|Calle del Sol'),
  unit: split('km|kg|ml|hPa|kWh|mm|°C|dB|Mbit/s|lux|acres|knots|rpm'),
  currency: split('$|€|£|¥|CHF |R$|₹|kr '),
  ticker: split('ACME|NORD|QLN|HLD|BRT|KSTL|ORB'),
  gene: split('BRCA2|TP53|FOXP2|rs334|CFTR|MYH7|SARS-CoV-2 ORF1ab'),
  piece: split('Nf3|Bb5|O-O|Qxd4|e4|Rad1|c5|Kg1|exd5|Bxh7+|O-O-O|a6|Nc6'),
  law: split('the Water Act|Directive 95/46/EC|Regulation (EU) 2016/679|section 230|the Companies Act 2006|Article 6(1)(f)|17 U.S.C. § 107|the Merchant Shipping Act'),
  licence: split('MIT|Apache-2.0|BSD-3-Clause|MPL-2.0|CC-BY-SA 4.0|GPL-3.0-or-later|ISC'),
  aircraft: split('Airbus A320-214|Boeing 737-800|ATR 72-600|Embraer E190|Cessna 172S'),
  subject: split('photosynthesis|tidal energy|medieval guilds|plate tectonics|type inference|inflation|beekeeping|letterpress printing|glacier retreat|irrigation'),
};

function number(kind: string, random: Random): string | undefined {
  const two = (least: number, most: number): string => String(random.between(least, most)).padStart(2, '0');
  switch (kind) {
    case 'n': return String(random.between(2, 99));
    case 'k': return String(random.between(1, 9));
    case 'nnn': return String(random.between(100, 999));
    case 'nnnn': return String(random.between(1000, 9999));
    case 'year': return String(random.between(1803, 2026));
    case 'big': return random.pick([`${random.between(1, 999)},${random.digits(3)}`, `${random.between(1, 99)},${random.digits(3)},${random.digits(3)}`, `${random.between(1, 99)} ${random.digits(3)} ${random.digits(3)}`, `${random.between(1, 99)}.${random.digits(3)}.${random.digits(3)}`]);
    case 'dec': return `${random.between(0, 99)}.${random.digits(random.between(1, 9))}`;
    case 'sum': return random.pick([`${random.between(1, 999)}.${random.digits(2)}`, `${random.between(1, 999)},${random.digits(2)}`, `${random.between(1, 99)},${random.digits(3)}.${random.digits(2)}`, `${random.between(1, 99)}.${random.digits(3)},${random.digits(2)}`, `${random.between(1, 99)} ${random.digits(3)},${random.digits(2)}`]);
    case 'pct': return `${random.between(1, 99)}${random.pick(['', `.${random.digits(1)}`])} %`;
    case 'date': return random.pick([`${two(1, 28)}.${two(1, 12)}.${random.between(1990, 2026)}`, `${random.between(1990, 2026)}-${two(1, 12)}-${two(1, 28)}`, `${two(1, 12)}/${two(1, 28)}/${random.between(1990, 2026)}`, `${two(1, 28)}/${two(1, 12)}/${two(0, 26)}`, `${random.between(1990, 2026)}/${two(1, 12)}/${two(1, 28)}`, `${two(1, 28)}-${two(1, 12)}-${random.between(1990, 2026)}`]);
    case 'time': return random.pick([`${two(0, 23)}:${two(0, 59)}`, `${two(0, 23)}:${two(0, 59)}:${two(0, 59)}`, `${random.between(1, 12)}:${two(0, 59)} pm`, `${two(0, 23)}.${two(0, 59)}`, `${two(0, 23)}h${two(0, 59)}`]);
    case 'stamp': return `${random.between(2001, 2026)}-${two(1, 12)}-${two(1, 28)}T${two(0, 23)}:${two(0, 59)}:${two(0, 59)}${random.pick(['Z', '+02:00', `.${random.digits(6)}Z`, '-0500'])}`;
    case 'epoch': return random.pick([`17${random.digits(8)}`, `17${random.digits(11)}`]);
    case 'isbn': return isbn(random);
    case 'issn': return `${random.digits(4)}-${random.digits(3)}${random.pick(['X', '3', '7'])}`;
    case 'ean': return `${random.pick(['400', '590', '871', '76'])}${random.digits(9)}`.padEnd(13, '4');
    case 'hex': return random.signs(random.pick([7, 8, 12, 32, 40, 64]), '0123456789abcdef');
    case 'uuid': return [8, 4, 4, 4, 12].map((size) => random.signs(size, '0123456789abcdef')).join('-');
    case 'ver': return random.pick([`${random.int(30)}.${random.int(30)}.${random.int(30)}`, `v${random.int(9)}.${random.int(30)}`, `${random.int(9)}.${random.int(9)}.${random.int(99)}-rc.${random.int(9)}`, `${random.int(9)}.${random.int(20)}.${random.int(9)}+build.${random.digits(4)}`]);
    case 'quad': return `${random.between(1, 130)}.${random.int(20)}.${random.int(255)}.${random.int(255)}`;
    case 'coord': return `${random.between(0, 89)}.${random.digits(random.between(3, 6))}`;
    case 'order': return random.pick([`#${random.digits(7)}`, random.shape('??-######'), random.shape('SO-\\2024-#####'), random.digits(9), random.shape('###-#######-#######'), random.shape('INC#######'), random.shape('PO ##########')]);
    case 'product': return random.pick([random.shape('??###-##'), random.shape('###-###-####-##'), random.shape('?-####/##'), random.shape('\\No. ####.###.##'), random.shape('??######?'), random.shape('####-##-###-####'), random.shape('###.###.###')]);
    case 'flight': return random.shape(random.pick(['LH ###', 'BA####', 'KL ####', 'QF#', 'AA ###']));
    case 'zip': return random.pick([random.digits(5), `${random.digits(5)}-${random.digits(4)}`, random.shape('??# #??'), random.shape('#### ??')]);
    case 'cas': return `${random.between(50, 99999)}-${random.digits(2)}-${random.digits(1)}`;
    case 'score': return `${random.int(9)}-${random.int(9)}`;
    case 'set': return `${random.between(0, 7)}-${random.between(0, 7)}`;
    default: return undefined;
  }
}

function isbn(random: Random): string {
  const groups = [random.pick(['0', '1', '3', '88', '957']), random.digits(4), random.digits(4)];
  const body = `978${groups.join('')}`.slice(0, 12).padEnd(12, '1');
  const sum = [...body].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  const whole = body + String((10 - (sum % 10)) % 10);
  return random.pick([whole, `${whole.slice(0, 3)}-${whole.slice(3, 4)}-${whole.slice(4, 8)}-${whole.slice(8, 12)}-${whole.slice(12)}`, `${whole.slice(0, 3)} ${whole.slice(3, 4)} ${whole.slice(4, 7)} ${whole.slice(7, 12)} ${whole.slice(12)}`, `${whole.slice(3, 4)}-${whole.slice(4, 8)}-${whole.slice(8, 12)}-X`]);
}

/** Fills `{slot}`s. */
export function say(template: string, random: Random): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, kind: string) => {
    const list = words[kind];
    return list === undefined ? (number(kind, random) ?? whole) : random.pick(list);
  });
}
