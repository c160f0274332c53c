"""An application in which a language model is one injected part among others."""
