/** Prose by kind, without anything personal. */
export const prose: Readonly<Record<string, readonly string[]>> = {
  news: [
    '{city} ({day}) - {role} said on {day} that {pct} of the {adj} budget of {currency}{big} had been spent by {month} {year}.', 'Voters in {city} {verb} the proposal by {n} to {k} percent; turnout was {pct}.', '{role} {verb} {big} tonnes of {food} from {country} in {year}, up from {big} in {year}.', 'The storm, with gusts of {nnn} km/h, crossed {river} at {time} and left {big} households without power.',
    'Shares of {ticker} closed at {dec}, {pct} below the {month} high; {big} shares changed hands.', 'Prices rose {pct} in the year to {month}, after {pct} in the previous month, figures published on {date} show.', 'At {time} local time a {aircraft} bound for {city} turned back; flight {flight} landed safely.', '{role} will publish the report on {day}, {date}, the {n}th of its kind since {year}.', 'A record {n} medals, {k} of them gold: {country} ended the games in {city} ahead of {country}.', 'Road {k}{n} between {city} and {city} stays closed until {time} on {date}.',
    'In {year}-{n} the {adj} {thing} sold for {currency}{big} at auction in {city}, lot {nnn}.', 'Crews {verb} {nnn} hectares; the fire, reported at {time}, is {pct} contained.',
  ],
  encyclopaedia: [
    'The {adj} {animal} (first described {year}) weighs {dec} to {dec} kg and lives up to {n} years in {country}.', '{city} lies at {coord}° N, {coord}° E, {nnn} m above sea level, and had {big} inhabitants in {year}.', '{star} is {dec} light-years away; its apparent magnitude is {dec}, its right ascension 05h {n}m {dec}s.', '{subject} was first studied in {city} in the {k}th century (c. {year}-{year}).', 'From {year} to {year} the kingdom {verb} {nnn} ships; see also {subject}.', '{work} was first performed in {city} on {date} and lasts about {n} minutes.', '{river} is {nnnn} km long and drains {big} km² in {k} countries.', 'The {animal} was listed in {year}; {nnn}-{nnn} individuals remain, {pct} of them in {country}.', 'Population: {big} ({year}); density {dec}/km²; area code of the grid {n}{k}; ISO 3166-2:{k}{n}.', 'Written c. {year}, the manuscript has {nnn} leaves of {n} × {n} cm, {n} lines a page (fol. {n}r-{nnn}v).',
    '{element} ({formula}, CAS {cas}) melts at {dec} °C; its density is {dec} g/cm³.', 'The gene {gene} spans {big} base pairs on chromosome {k}q{n}.{k} and encodes {nnn} amino acids.',
  ],
  recipes: [
    'Mix {nnn} g of {food} with {k} tbsp of {food}, then bake at {nnn} °C for {n}-{n} minutes.', 'Serves {k}. Per portion: {nnn} kcal, {n} g fat, {dec} g salt.', '{k} 1/2 cups {food}, {k}/4 tsp salt, {nnn} ml water; rest overnight at {k} °C.', 'Step {k}: fold in the {food} ({nnn} g), cover, and wait until {time}.', 'Preheat the oven to {nnn} °F ({nnn} °C). Grease a 9x13 inch tin.',
  ],
  fiction: [
    'The {thing} was {adj}, and so was the house; nobody had {verb} it since {year}.', 'At {time} the {adj} bell rang {k} times. She {verb} the {thing} and said nothing.', '"It cost me {currency}{nnn}," he said, "and {n} sleepless nights."', 'They {verb} {n} steps, then {n} more, past the {adj} {plant} and down to {river}.', 'Chapter {n}. In which a {animal} is {verb}, and the {thing} turns out to be {adj}.', 'It was the {k}th of {month}, a {day}, and the {adj} {animal} would not stop staring.', "Room {nnn} smelled of {plant}; somebody had written '{nnnn}' on the {adj} wall.",
  ],
  law: [
    'Under {law}, the notice period is {n} days from {date}; see s. {k}({k})({k}).', 'Case no. {k}:{n}-cv-0{nnnn}, decided on {date}, 5{nnn} F.3d {nnn}, {nnn}-{n} (9th Cir. {year}).', 'The tenant shall pay {currency}{nnnn}.00 on the first of each month, clause {k}.{k}.{k}.{k} notwithstanding.', '{law} was amended in {year} (OJ L {nnn}, {date}, p. {n}-{n}).', 'Bill {nnnn}, {n}th session, passed {nnn} to {n}.', 'BGH, Urteil vom {date} - VIII ZR {nnn}/{k}{k}, Rn. {n} f.', 'ISO/IEC {nnnn}-{k}:{year}, clause {k}.{k}.{k}, table {n}.', 'Docket {n}-{nnnn}; argued {date}; ECLI:EU:C:2014:{nnn}.',
  ],
  sport: [
    '{team} beat {team} {score} in {city}; {nnnn} fans watched.', '{sport}: {team} {set} {set} {set}, match time {k}:{n}:{n}.', 'Lap {n}: 1:{n}.{nnn}, gap +{dec} s, speed {dec} km/h.', 'Half-time {score}, full time {score}, penalties {score}.', 'He ran the 10,000 m in 27:{n}.{n}, a {adj} record since {year}.', 'Standings after {n} games: {team} {n} pts ({n}-{k}-{k}), {team} {n} pts ({n}-{k}-{k}).', '1. {piece} {piece} 2. {piece} {piece} 3. {piece} {piece} 4. {piece} {piece} 1-0', 'Innings: {nnn}/{k} ({n}.{k} overs); target {nnn}; run rate {dec}.', 'Lottery draw of {date}: {n} {n} {n} {n} {n} {n}, bonus {k}.',
  ],
  finance: [
    '{ticker} {sum} +{sum} ({pct}), vol {big}, 52w {sum}-{sum}.', 'Revenue {currency}{big}, EBITDA {currency}{big}, EPS {sum} vs {sum} expected.', 'Q{k} {year}: {big} {big} {big} {big}', 'EUR/USD 1.0{nnn}, USD/JPY {nnn}.{n}, gold {nnnn}.{n}.', 'Assets | {big} | {big}\nLiabilities | {big} | {big}\nEquity | ({big}) | {big}', 'The fund (ISIN LU0{nnn}{nnnn}{k}{n}{k}) returned {pct} over {k} years; TER 0.{n} %.', 'Invoice {order} of {date}: net {sum}, VAT 19 %, total {sum}.', '10-year yield {dec}, up {n} bp; CDS {nnn}.', 'Loan of {currency}{big} at {dec} % over {n} years, {nnn} instalments of {sum}.',
  ],
  dates: [
    '{date}', '{time} - {time}', 'Opening hours: Mon-Fri 09:00-17:30, Sat 10-{n}; closed {date}-{date}.', 'Departs {city} {time}, arrives {city} {time} (+1), {flight}, terminal {k}, gate {n}.', 'Updated {stamp}', 'ts={epoch}', '{year}-{year}', 'The meeting moved from {date} to {date} at {time}.', 'Timetable: {time} {time} {time} {time} {time}', 'Due {month} {n}th; filed {date} {time} CET; retention 10 years.', 'Sunrise {time}, sunset {time}, moon {pct}.', 'FY{k}{k}/{n}, weeks {n}-{n}, {date} to {date}',
  ],
  measures: [
    '{dec} × {dec} × {dec} mm, {dec} kg, IP67, {nnn} {unit}', 'Resolution 3840 x 2160 at {nnn} Hz, {nnnn}:1 contrast, {nnn} cd/m².', 'pi = 3.14159265358979323846, e = 2.718281828459045', '{dec} {unit} ± {dec}', 'p < 0.00{k}, n = {nnnn}, 95 % CI {dec}-{dec}, χ²({k}) = {dec}', 'Sensor log: {dec} {dec} {dec} {dec} {dec}', 'Focal length 24-70 mm, f/2.8, 1/{nnn} s, ISO {nnnn}', '{n}° {n}′ {dec}″ N, {n}° {n}′ {dec}″ W', 'LatLng({coord}, -{coord})', 'tolerance H7/g6, M{n}x1.25-6g, torque {nnn} Nm', '{nnn} {nnn} {nnnn} {unit}', 'BP 120/80, HR {n}, SpO2 {n} %, temp {dec}', 'RGB({nnn}, {n}, {n}) #{k}f{n}a{k}c', 'Frequencies: {nnn}.{nnn} MHz, {nnn}.{nnn}.{nnn} Hz',
  ],
};
