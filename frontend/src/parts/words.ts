// Small wordings that several parts share.

export const PROVENANCE: Record<string, string> = { P: "authors' abstract", S: "third-party summary", U: "ours" };

export const time = (at: string): string => {
  const date = new Date(at);
  if (Number.isNaN(date.valueOf())) return at;
  const clock = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toLocaleDateString()}, ${clock}`;
};

export const clip = (words: string, most = 160): string => {
  const points = Array.from(words);
  return points.length > most ? `${points.slice(0, most - 1).join("")}…` : words;
};

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
