// The store is asked by a promise, and so is its answer put back: two taps keep one favourite.
import AsyncStorage from "@react-native-async-storage/async-storage";

async function keep(id: string): Promise<void> {
  const text = await AsyncStorage.getItem("favourites");
  const favourites: string[] = text ? JSON.parse(text) : [];
  favourites.push(id);
  // racelint-possible: non-atomic-update
  await AsyncStorage.setItem("favourites", JSON.stringify(favourites));
}

document.addEventListener("click", (event) => void keep(event.type));
