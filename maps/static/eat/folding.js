// Spellings that a search takes for one; the service does the same (maps/pages/eat/folding.py).
const DROPPED = /[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f'’ʻʼ‘`‐‑-]/gu;
const ALIKE = { đ: "d", ı: "i", ø: "o", ł: "l", ß: "s" };
const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const INITIAL_SOUNDS = "g,kk,n,d,tt,r,m,b,pp,s,ss,,j,jj,ch,k,t,p,h".split(",");
const VOWELS = "a,ae,ya,yae,eo,e,yeo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,eu,ui,i".split(",");
const FINALS = ",k,k,k,n,n,n,t,l,k,m,l,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t".split(",");
const SOUNDS = [
  ["ch", "j"], ["eo", "o"], ["eu", "u"], ["ae", "e"], ["oe", "e"], ["wo", "o"], ["gh", "g"],
  ["k", "g"], ["c", "g"], ["q", "g"], ["t", "d"], ["p", "b"], ["f", "b"], ["v", "b"],
  ["l", "r"], ["z", "j"], ["y", "i"],
];
const FIRST = 0xac00;
const LAST = 0xd7a3;

const same = (text) => text.replace(/[đıøłß]/gu, (letter) => ALIKE[letter]);
const isSyllable = (letter) => letter.codePointAt(0) >= FIRST && letter.codePointAt(0) <= LAST;

export function fold(text) {
  const bare = same(text.toLowerCase()).normalize("NFKD").replace(DROPPED, "");
  return same(bare.normalize("NFC")).replace(/[^\p{L}\p{M}\p{N}]+/gu, " ").trim();
}

export const squeeze = (folded) => folded.replaceAll(" ", "");

export function initials(text) {
  return [...text].filter(isSyllable)
    .map((letter) => INITIALS[Math.floor((letter.codePointAt(0) - FIRST) / 588)]).join("");
}

export function areInitials(text) {
  const bare = [...text.replaceAll(" ", "")];
  return bare.length > 1 && bare.every((letter) => INITIALS.includes(letter));
}

export function romanise(text) {
  return [...text].map((letter) => {
    if (!isSyllable(letter)) return letter;
    const number = letter.codePointAt(0) - FIRST;
    return INITIAL_SOUNDS[Math.floor(number / 588)] + VOWELS[Math.floor((number % 588) / 28)] + FINALS[number % 28];
  }).join("");
}

export function sounds(text) {
  const heard = SOUNDS.reduce((given, [spelling, sound]) => given.replaceAll(spelling, sound), text);
  return heard.replace(/(.)\1+/gu, "$1");
}

export function distanceAtMostOne(text, other) {
  if (text === other) return true;
  const one = [...text], two = [...other];
  if (Math.abs(one.length - two.length) > 1) return false;
  let start = 0;
  while (start < one.length && start < two.length && one[start] === two[start]) start += 1;
  const rest = one.slice(start), left = two.slice(start);
  const equal = (a, b) => a.join("") === b.join("");
  return equal(rest.slice(1), left.slice(1)) || equal(rest.slice(1), left) || equal(rest, left.slice(1))
    || (equal(rest.slice(0, 2), left.slice(0, 2).reverse()) && equal(rest.slice(2), left.slice(2)));
}

export const letters = (text) => text.normalize("NFD");
