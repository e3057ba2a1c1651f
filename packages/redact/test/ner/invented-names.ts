/** Names made up of given and family names of many cultures; none is meant to be a real person. */
export const people: readonly string[] = [
  'Anaïs Dubois', 'Wei Zhang', 'Jane Doe', 'John Smith', 'Priya Raghunathan', 'Oluwaseun Adeyemi', 'María José García', 'Jürgen Müller', 'Siobhán O\'Neill', 'Mohammed al-Rashid',
  'Fatima Zahra Benali', 'Piotr Kowalczyk', 'Agnieszka Wiśniewska', 'Lars van den Berg', 'Femke de Vries', 'Hiroshi Tanaka', 'Yuki Matsumoto', 'Min-jun Kim', 'Nguyễn Thị Hương', 'Thabo Nkosi',
  'Ngozi Okafor', 'Kwame Mensah', 'Svetlana Petrova', 'Dmitri Volkov', 'Oleksandr Shevchenko', 'Giulia Bianchi', 'Alessandro Conti', 'João Pereira', 'Beatriz Carvalho', 'Søren Kjærgaard',
  'Åsa Lindqvist', 'Mikko Virtanen', 'Zeynep Yılmaz', 'Emre Öztürk', 'Dimitris Papadopoulos', 'Jean-Pierre Lefèvre', 'Mary-Ann Whitfield', 'Patrick McAllister', 'Fiona MacGregor', 'J. R. Hartley',
  'Robert E. Thornton', 'Ludwig von Hohenfels', 'Carmen de la Cruz', 'Abdullah bin Khalid', 'Rivka Goldstein', 'Tāne Wiremu', 'Ananya Iyer', 'Harpreet Singh', 'Deshawn Washington', 'Latoya Freeman',
  'Gunnar Sigurðsson', 'Eszter Horváth', 'Zoltán Nagy', 'Václav Dvořák', 'Milica Jovanović', 'Andrei Popescu', 'Armen Sarkisyan', 'Shirin Hosseini', 'Budi Santoso', 'Liwayway Bautista',
];

/** Not looked at while the rules were written. */
export const heldPeople: readonly string[] = [
  'Camille Rousselot', 'Tunde Balogun', 'Xiulan Chen', 'Radosław Zając', 'Noor Haddad', 'Ingrid Solheim', 'Mateus Figueiredo', 'Kerstin Baumgartner', 'Rohan Deshpande', 'Cillian Brannigan', 'Akiko Fujimoto', 'Thandiwe Dlamini',
  'Elif Karadağ', 'Nikolaos Stavridis', 'Lucía Fernández Vega', 'Pieter van Dongen', 'Tetiana Kovalenko', 'Bilal Qureshi', 'Marguerite St. Clair', 'Desmond O\'Rourke', 'Chidera Nwachukwu', 'Sven Halvorsen', 'Gabriella Marchetti', 'Trevor Hollingsworth', 'Kamala Venkatesh', 'Luis Ángel Robledo', 'Haruto Nishida', 'Petra Novotná', 'Darnell Whitlock', 'Winifred Ashdown',
];

export const givenNames: readonly string[] = ['Anaïs', 'Priya', 'Jürgen', 'Oluwaseun', 'Fatima', 'Kenji', 'Svetlana', 'Giulia', 'Thabo', 'Siobhán', 'Michael', 'Sarah', 'Piotr', 'Mehmet'];
export const familyNames: readonly string[] = ['Dubois', 'Zhang', 'O\'Neill', 'Müller', 'Kowalczyk', 'Thornton', 'Okafor', 'Petrova', 'van den Berg', 'Lindqvist', 'Brown', 'Iyer'];
export const places: readonly string[] = ['London', 'Nairobi', 'New York', 'Lyon', 'Osaka', 'Germany', 'São Paulo', 'Kraków', 'Texas', 'Bangalore', 'Brazil', 'Istanbul'];
export const organizations: readonly string[] = ['Acme Corp', 'Miller & Sons', 'Thornton Ltd', 'Brightwater Technologies Inc', 'Kessler GmbH', 'University of Leeds', 'Okafor Holdings', 'Microsoft', 'Dubois, Petrov and Partners', 'Northfield Hospital'];
