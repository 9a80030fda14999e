// Nothing is rendered on a server here: one user, one cache.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";

const client = new QueryClient();

function App() {
  return (
    <QueryClientProvider client={client}>
      <p>orders</p>
    </QueryClientProvider>
  );
}

createRoot(document.body).render(<App />);
