import type { Random } from '../random.js';

export type Locale = 'us' | 'uk' | 'de' | 'fr' | 'es' | 'it' | 'nl' | 'br' | 'in' | 'jp' | 'pl' | 'se' | 'ca' | 'au';

const firstNames: Readonly<Record<Locale, string>> = {
  us: 'James Mary Robert Patricia Michael Jennifer William Linda David Elizabeth Richard Barbara Joseph Susan Thomas Jessica Charles Sarah Christopher Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Margaret Donald Sandra Steven Ashley Kimberly Joshua Emily Kevin Donna Brian Michelle Tyrone Latoya Brandon Megan Jose Carmen Aaron Brittany DeShawn Kayla Ethan Madison Noah Hannah',
  uk: 'Oliver Amelia George Isla Harry Ava Jack Freya Charlie Poppy Alfie Florence Nigel Gemma Alistair Fiona Callum Rhiannon Gareth Siobhan Hamish Eleanor Rupert Imogen',
  de: 'Lukas Anna Jonas Lena Felix Sophie Jürgen Ursula Wolfgang Heike Matthias Sabine Klaus Birgit Torsten Annika Björn Käthe Uwe Monika',
  fr: 'Lucas Camille Hugo Chloé Louis Manon François Amélie Gérard Sylvie Thierry Nathalie Jérôme Aurélie Pascal Céline Benoît Hélène',
  es: 'Alejandro Lucía Pablo María Javier Carmen José Ángela Raúl Inés Íñigo Begoña Francisco Pilar Sergio Rocío Andrés Noelia',
  it: 'Francesco Giulia Alessandro Chiara Matteo Sara Lorenzo Martina Giuseppe Rosa Niccolò Federica Luigi Paola Davide Elisa',
  nl: 'Daan Emma Sem Julia Lars Sanne Jeroen Marieke Pieter Femke Maarten Anouk Willem Esmee',
  br: 'João Ana Pedro Beatriz Lucas Larissa Thiago Fernanda Gustavo Camila Rafael Juliana Marcos Letícia',
  in: 'Aarav Priya Vivaan Ananya Rohan Kavya Arjun Diya Sanjay Sunita Rajesh Lakshmi Vikram Meera Harpreet Fatima',
  jp: 'Haruto Yui Sota Hina Yuto Sakura Kenji Aiko Takeshi Yoko Hiroshi Naomi Ryo Emi',
  pl: 'Jakub Zofia Szymon Hanna Piotr Katarzyna Łukasz Małgorzata Tomasz Agnieszka',
  se: 'Erik Astrid Lars Ingrid Gustav Maja Åke Britta Nils Linnea',
  ca: 'Liam Olivia Benjamin Charlotte Étienne Geneviève Logan Avery',
  au: 'Lachlan Matilda Angus Ruby Bruce Sheila Cooper Willow',
};
const lastNames: Readonly<Record<Locale, string>> = {
  us: 'Smith Johnson Williams Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Wilson Anderson Thomas Taylor Moore Jackson Lee Perez Thompson Harris Sanchez Clark Ramirez Lewis Robinson Walker Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Campbell Mitchell Washington Kowalski O\'Brien McDonald Vandenberg Schwartz',
  uk: 'Ashworth Pemberton Hughes Davies Patel Evans MacLeod Fairbairn Whitaker Okonkwo Hargreaves Llewellyn Thornbury Cartwright Holloway Barker',
  de: 'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schäfer Hoffmann Köhler Krüger Voß Zimmermann Brandt Böhm',
  fr: 'Martin Bernard Dubois Durand Lefèvre Moreau Girard Lambert Rousseau Gauthier Perrin Chevalier Fournier Marchand',
  es: 'García Fernández González Rodríguez López Martínez Sánchez Muñoz Iglesias Ortega Navarro Castaño Peña Domínguez',
  it: 'Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Conti De\u00a0Luca Moretti Lombardi',
  nl: 'Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Kuipers Hoekstra',
  br: 'Silva Santos Oliveira Souza Pereira Ferreira Almeida Costa Gomes Ribeiro Araújo Barbosa',
  in: 'Sharma Patel Singh Kumar Gupta Reddy Iyer Nair Mehta Chatterjee Joshi Khan Desai Kulkarni',
  jp: 'Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Matsumoto',
  pl: 'Nowak Kowalczyk Wiśniewski Wójcik Kamiński Lewandowski Zieliński Dąbrowski',
  se: 'Andersson Johansson Lindqvist Nilsson Åkesson Bergström Lundgren Sjöberg',
  ca: 'Tremblay Gagnon Roy MacKenzie Campbell Bouchard Singh Leblanc',
  au: 'Kelly Walsh O\'Connor Fitzgerald Thomson Harrison Mackay Nguyen',
};

const lists = new Map<string, readonly string[]>();

function words(table: Readonly<Record<Locale, string>>, which: string, locale: Locale): readonly string[] {
  const known = lists.get(which + locale);
  if (known !== undefined) return known;
  const list = table[locale].split(' ').map((word) => word.replace('\u00a0', ' '));
  lists.set(which + locale, list);
  return list;
}

export function firstName(random: Random, locale: Locale): string {
  return random.pick(words(firstNames, 'first', locale));
}

export function lastName(random: Random, locale: Locale): string {
  return random.pick(words(lastNames, 'last', locale));
}

/** First and last name, now and then with an initial or a double name. */
export function fullName(random: Random, locale: Locale): string {
  const first = firstName(random, locale);
  const last = lastName(random, locale);
  const kind = random.int(20);
  if (kind === 0) return `${first} ${random.shape('?')}. ${last}`;
  if (kind === 1) return `${first} ${last}-${lastName(random, locale)}`;
  if (kind === 2 && locale === 'es') return `${first} ${last} ${lastName(random, locale)}`;
  if (kind === 3 && locale === 'nl') return `${first} ${random.pick(['van', 'de', 'van der'])} ${last}`;
  return `${first} ${last}`;
}

/** Letters that may stand in a user name or host. */
export function asciiOf(name: string): string {
  return name.replace(/ß/g, 'ss').replace(/[Łł]/g, 'l').normalize('NFD').replace(/[^A-Za-z]/g, '').toLowerCase();
}

const streets: Readonly<Record<Locale, string>> = {
  us: '{n} Maple Avenue|{n} N Lincoln St Apt {k}|{n}{k} Oakwood Drive, Suite {k}|PO Box {n}', uk: '{k} Station Road|Flat {k}, {n} High Street|{n} Church Lane',
  de: 'Hauptstraße {k}|Lindenweg {k}a|Am Markt {k}', fr: '{k} rue de la République|{k} bis avenue Foch', es: 'Calle Mayor {k}, 3º B|Avda. de América {n}', it: 'Via Garibaldi {k}|Corso Italia {n}',
  nl: 'Dorpsstraat {k}|Keizersgracht {n}-II', br: 'Rua das Flores, {n}|Av. Paulista, {n}{k}', in: '{k}/{n}, MG Road|Flat No. {n}, Sector {k}', jp: '{k}-{k}-{k} Shibuya|{k}-chome-{k}-{k} Minami-Aoyama',
  pl: 'ul. Długa {k}', se: 'Storgatan {k}', ca: '{n} Rue Sainte-Catherine|{n} King St W', au: '{k}/{n} George St',
};
const towns: Readonly<Record<Locale, string>> = {
  us: 'Springfield, IL {z}|Austin, TX {z}|Portland, OR {z}|Newark, NJ {z}-{k}{k}|Denver CO {z}', uk: 'Leeds LS{k} 4QT|London SW1A {k}AA|Bristol BS{k} 6TP', de: '{z} Berlin|{z} Köln|D-{z} München', fr: '{z} Lyon|{z} Paris CEDEX {k}', es: '{z} Madrid|{z} Sevilla',
  it: '{z} Roma RM|{z} Torino', nl: '{y} AB Utrecht|{y} XC Rotterdam', br: 'São Paulo - SP, {z}-000|Recife - PE', in: 'Pune {z}1|New Delhi - {z}1', jp: 'Tokyo 1{y}-000{k}|Osaka', pl: '{y} Kraków', se: '{z} Uppsala', ca: 'Montréal QC H3B 2Y{k}|Toronto ON', au: 'Sydney NSW {y}|Perth WA {y}',
};

function filled(random: Random, pattern: string): string {
  return pattern.replace(/\{([nkzy])\}/g, (_, kind: string) => {
    if (kind === 'n') return String(random.between(10, 9900));
    if (kind === 'k') return String(random.between(1, 9));
    return kind === 'z' ? random.shape('N####') : random.shape('N###');
  });
}

export function street(random: Random, locale: Locale): string {
  return filled(random, random.pick(streets[locale].split('|')));
}

export function town(random: Random, locale: Locale): string {
  return filled(random, random.pick(towns[locale].split('|')));
}

const companyParts = 'Northgate Brightwater Halden Corvus Meridian Pinecrest Solano Verity Quillon Ashgrove Tessel Ironbridge Lumen Kestrel Marlow Fenwick Orbita Calder'.split(' ');

export function company(random: Random): string {
  return `${random.pick(companyParts)} ${random.pick(['Ltd', 'Inc.', 'GmbH', 'LLC', 'Group', 'Logistics', 'Insurance', 'Bank', 'Health', '& Sons', 'S.A.', 'BV'])}`;
}

const rareFirst = 'Thandiwe Bjarke Xiomara Ngozi Aoife Wojtek Zsuzsanna Kaimana Oluwaseun Tevita Marisol Anselm Birgitte Dragomir Eilidh Fenella Gintaras Hyacinth Iolanthe Jarmila Kofi Leocadia Mirembe Nasrin Obadiah Perpetua Quirin Rhun Siddharth Tuomas Ulrikke Valdis Winnifred Xochitl Yevgeny Zaynab Achebe Brannoch Cosima Delphine'.split(' ');
const rareLast = 'Mokoena Ølgaard Quispe Adeyemi Brannigan Szymborski Halász Kealoha Ogunbanjo Faleolo Etxeberria Pfannkuch Drăgulescu MacAskill Thistlewood Petrauskas Aldersey Papadimitriou Nováček Owusu-Ansah Ssempijja Rahnavard Featherstonehaugh Vuković Wijeratne Hämäläinen Eriksen-Holt Bērziņš Yilmaz Tecuani Zhuravlev Haddadin Castellanos Lindenbaum Okwuosa Trevelyan Mwangi Sörensson Vantongeren Belmonte'.split(' ');

/** Names that stand in few lists. */
export function rareName(random: Random): string {
  return `${random.pick(rareFirst)} ${random.pick(rareLast)}`;
}
