/** Which of several places is nearest to one: its number in the list, the first of equals. */
function nearest(places, to) {
  return places.reduce((best, place, i) => (Math.abs(place - to) < Math.abs(places[best] - to) ? i : best), 0);
}
